import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { interaction, type Interaction } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { Busy, type Caller, valid } from '@throughline/host';
import { mac } from '@throughline/privacy';
import { canonicalText } from '../canonical.ts';
import { OwnAddresses } from '../own-address/own-address.query.ts';
import { type Fact, record, type Recording } from '../record.ts';
import { remembered } from '../remembered.ts';
import { sources, type Sources } from '../sources.ts';
import { type Context, draftOf } from './interaction.ts';

/** A declared interaction that was not read yet, and who brings it where that is not the caller; or why there is none to read. */
export type Item = { readonly value: unknown; readonly actor?: string } | { readonly error: Rejection };

const slice = 250;
const mostRemembered = 10_000;
const mostBytes = 8 * 1_048_576;

/** Whether it was refused because somebody in it is erased. */
export const isErased = (recording: Recording): boolean =>
  recording.is === 'refused' && recording.error instanceof Rejection && recording.error.code === 'SubjectErased';

/** Their keys are not destroyed everywhere yet: a moment later they are somebody new. */
export const beingErased = (): Busy => new Busy('Somebody in it is being erased at this moment. Send it again.', 1);

/** The one way by which interactions come in, whoever brings them. */
@Injectable()
export class Intake {
  constructor(
    @Inject(sources) private readonly sources: Sources,
    private readonly ownAddresses: OwnAddresses,
  ) {}

  /** Checks, makes events of, seals and stores interactions: one outcome for each, in order; a bad one harms no other. */
  async capture(caller: Caller, items: readonly Item[]): Promise<Recording[]> {
    const recordings = await this.once(caller, items);
    const refused = [...recordings.keys()].filter((at) => isErased(recordings[at]!));
    if (refused.length === 0) return recordings;
    this.meetAnew();
    const again = await this.once(caller, refused.map((at) => items[at]!)); // prettier-ignore
    if (again.some(isErased)) throw beingErased();
    for (const [nth, at] of refused.entries()) recordings[at] = again[nth]!;
    return recordings;
  }

  /** Who was erased a moment ago is somebody new from now on: what they bring is to be sealed for who they are now. */
  meetAnew(): void {
    this.sources.keys.refresh();
  }

  private async once(caller: Caller, items: readonly Item[]): Promise<Recording[]> {
    const context = await this.contextOf(caller);
    const ready: (Fact | Rejection)[] = [];
    for (const [at, item] of items.entries()) {
      // A large batch lets others have their turn.
      if (at > 0 && at % slice === 0) await setImmediate();
      if ('error' in item) ready.push(item.error);
      else ready.push(this.factOrRejection(item.value, { ...context, actor: item.actor ?? caller.actor }));
    }
    const facts = ready.filter((one): one is Fact => !(one instanceof Rejection));
    const recordings = (await record(this.sources, caller.tenant, facts)).values();
    return ready.map((one) => (one instanceof Rejection ? { is: 'refused', error: one } : recordings.next().value!));
  }

  /** What a new event of this caller becomes part of. */
  async contextOf({ tenant, actor }: Caller): Promise<Context> {
    const { vault, now } = this.sources;
    return {
      tenant,
      actor,
      now: now(),
      ids: {
        // For one call only: an erased handle gets another id.
        handle: remembered(mostRemembered, (handle) => vault.handleId(tenant, handle)),
        account: remembered(mostRemembered, (key) => vault.accountId(tenant, key)),
        conversation: (source, key) => vault.conversationId(tenant, source, key),
      },
      isOwn: await this.ownAddresses.isOwn(tenant),
    };
  }

  private factOrRejection(value: unknown, context: Context): Fact | Rejection {
    try {
      return this.factOf(valid(interaction, value), context);
    } catch (error) {
      if (error instanceof Rejection) return error;
      throw error;
    }
  }

  private factOf(declared: Interaction, context: Context): Fact {
    // Whether it came as history is how it came, not what it is.
    const content = canonicalText({ ...declared, backfill: undefined });
    if (content.length > mostBytes) throw new Rejection('TooLarge', 'An interaction may have 8 MiB altogether.');
    const fingerprint = mac(this.sources.keys.secret(context.tenant, 'mac'), content);
    return { ...draftOf(declared, context), fingerprint, keyAt: '/key' };
  }
}
