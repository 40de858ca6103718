import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type DataOf, ownersOf } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import type { Caller } from '@throughline/host';
import { KeyDestroyed, mac } from '@throughline/privacy';
import { beingErased, Intake, isErased } from '../interaction/intake.ts';
import { draftOf } from '../interaction/interaction.ts';
import { type Kept, Quarantine } from '../quarantine/quarantine.query.ts';
import { type Fact, record, type Recording } from '../record.ts';
import { sources, type Sources } from '../sources.ts';
import { interactionOf } from './email.ts';
import { type RawId, RawMails } from './raw.query.ts';
import { Unreadable } from './read.ts';
import { MailReader } from './reader.ts';

/** How a mail came; `file` is where it lies with whoever brought it. */
export type Arrival = { readonly backfill: boolean; readonly via: string; readonly file?: string };

/** What became of a mail. */
export type Received = Extract<Recording, { is: 'captured' | 'duplicate' }> | (Kept & { readonly reason: string });

/** The one way by which mails come in: captured, known already (also as what nobody wants), or quarantined with their bytes. */
@Injectable()
export class MailIntake implements OnApplicationShutdown {
  private readonly reader = new MailReader();

  constructor(
    @Inject(sources) private readonly sources: Sources,
    private readonly intake: Intake,
    private readonly raw: RawMails,
    private readonly quarantine: Quarantine,
  ) {}

  /** Takes one raw mail. Throws `Busy` where it was not taken, and may be sent again. */
  async receive(caller: Caller, bytes: Uint8Array, { backfill, via, file }: Arrival): Promise<Received> {
    const { tenant } = caller;
    const keep = async (reason: string): Promise<Received> => {
      const kept = await this.quarantine.keep(tenant, { bytes, reason, via, backfill, file });
      return { ...kept, reason };
    };
    let fact = await this.factOf(caller, bytes, backfill);
    if (fact instanceof Unreadable) return keep(fact.reason);
    let recording = await this.store(tenant, fact, bytes);
    if (isErased(recording)) {
      await this.raw.drop(tenant, rawIdOf(fact));
      this.intake.meetAnew();
      fact = (await this.factOf(caller, bytes, backfill)) as Fact;
      recording = await this.store(tenant, fact, bytes);
      if (isErased(recording)) throw beingErased();
    }
    if (recording.is !== 'refused') return recording;
    const { error } = recording;
    if (!(error instanceof Rejection)) throw error;
    const kept = await keep(reasons[error.code] ?? `cannot be stored (${error.code})`);
    await this.raw.drop(tenant, rawIdOf(fact));
    return kept;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.reader.close();
  }

  private async factOf(caller: Caller, bytes: Uint8Array, backfill: boolean): Promise<Fact | Unreadable> {
    try {
      const mail = await this.reader.read(bytes);
      const context = await this.intake.contextOf(caller);
      const declared = interactionOf(mail, { isOwn: context.isOwn, now: context.now, backfill });
      const fingerprint = mac(this.sources.keys.secret(caller.tenant, 'mac'), `mail ${mail.content}`);
      return { ...draftOf(declared, context), fingerprint };
    } catch (error) {
      if (error instanceof Unreadable) return error;
      throw error;
    }
  }

  private async store(tenant: string, fact: Fact, bytes: Uint8Array): Promise<Recording> {
    let isNew: boolean;
    try {
      // Before the event: what is acknowledged can always be read again as it came.
      isNew = await this.raw.keep(tenant, rawIdOf(fact), ownersOf(fact.draft).customers, bytes);
    } catch (error) {
      if (!(error instanceof KeyDestroyed)) throw error;
      return { is: 'refused', error: new Rejection('SubjectErased') };
    }
    const [recording] = await record(this.sources, tenant, [fact]);
    // A mail from before an erasure comes again, from an archive: it is not kept a second time.
    if (isNew && recording!.is === 'duplicate' && this.isOfErased(tenant, fact))
      await this.raw.drop(tenant, rawIdOf(fact));
    return recording!;
  }

  private isOfErased(tenant: string, { draft }: Fact): boolean {
    const { participants = [] } = draft.data as Partial<DataOf<'InteractionCaptured'>>;
    return participants.some(
      ({ handle }) => handle !== undefined && this.sources.vault.handleIds(tenant, handle).length > 1,
    );
  }
}

const rawIdOf = ({ draft, fingerprint }: Fact): RawId => ({ event: draft.id, fingerprint });

const reasons: Readonly<Record<string, string>> = {
  IdReused: 'has the Message-ID of a mail that was captured before, and another content',
};
