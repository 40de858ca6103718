import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseStored, streamOf } from '@throughline/contracts';
import { Conflict, type Decision, fold, raced, Rejection } from '@throughline/decider';
import { type Command, type Ledger, LedgerBusy, LedgerUnavailable, type Outcome } from '@throughline/ledger';
import { KeyDestroyed } from '@throughline/privacy';
import type { Sources } from '../sources.ts';
import { type Delivery, deliveries, type DeliveryEvent, deliveryEvents } from './delivery.ts';

type Deps = Pick<Sources, 'ledger' | 'vault' | 'now'>;

/** A delivery as its stream tells it, and what is needed to go on from there. */
export type Known = {
  readonly state: Delivery;
  readonly version: number;
  /** The event by which it was planned: what all others follow from. */
  readonly planned?: { readonly id: string; readonly correlation?: string };
};

/** Reads a delivery from the ledger, which alone knows whether it was written. */
export const load = async (
  { ledger }: { readonly ledger: Pick<Ledger, 'read'> },
  tenant: string,
  delivery: string,
): Promise<Known> => {
  const stored = await ledger.read(tenant, streamOf.delivery(delivery));
  const events = stored
    .filter(({ type }) => (deliveryEvents as readonly string[]).includes(type))
    .map((event) => ({ ...parseStored(event), id: event.id }));
  const first = events[0];
  return {
    state: fold(deliveries, events as unknown as DeliveryEvent[]),
    version: stored.at(-1)?.version ?? 0,
    ...(first && { planned: { id: first.id, correlation: first.meta.correlation } }),
  };
};

/** What a decision came to: how the delivery is known now, whether that is news, and the position of the last event. */
export type Told = Known & { readonly isNews: boolean; readonly position?: bigint };

/**
 * Decides on a delivery as it is known, and appends what comes of it. Throws `Conflict` where it is known no longer:
 * somebody else went on.
 */
export const tell = async (
  deps: Deps,
  tenant: string,
  delivery: string,
  known: Known,
  decide: Decision<Delivery, DeliveryEvent>,
  by: { readonly actor: string; readonly id?: string } = { actor: 'crm-writeback' },
): Promise<Told> => {
  const [event] = decide(known.state);
  if (!event) return { ...known, isNews: false };
  const command = await commandOf(deps, tenant, delivery, known, event, by);
  const outcome = await persistently(() => deps.ledger.append([command]));
  switch (outcome.is) {
    case 'appended':
    case 'duplicate': {
      const state = deliveries.evolve(known.state, event);
      return { ...known, state, version: outcome.versions[0]!, isNews: true, position: outcome.positions[0] };
    }
    case 'conflict':
      throw new Conflict(command.stream, outcome.actual);
    case 'refused':
      if (outcome.reason === 'IdReused' || outcome.reason === 'IdElsewhere')
        throw new Rejection('IdReused', 'The same key was used before for something with another content.');
      throw new Error(`${event.type} of delivery ${delivery} was refused as ${outcome.reason}`);
  }
};

/** The same for who has not looked yet: in a race it decides again. Throws what the decision throws. */
export const transact = (
  deps: Deps,
  tenant: string,
  delivery: string,
  decide: Decision<Delivery, DeliveryEvent>,
  by?: { readonly actor: string; readonly id?: string },
): Promise<Told> => raced(async () => tell(deps, tenant, delivery, await load(deps, tenant, delivery), decide, by));

const commandOf = async (
  { vault, now }: Deps,
  tenant: string,
  delivery: string,
  { version, planned }: Known,
  event: DeliveryEvent,
  { actor, id = randomUUID() }: { actor: string; id?: string },
): Promise<Command> => {
  const meta = { actor, causation: planned?.id, correlation: planned?.correlation };
  const draft = { ...event, id, occurredAt: now().toISOString(), meta };
  const [sealed] = await vault.seal(tenant, [draft]).catch((error: unknown) => {
    // What the CRM said of somebody who was erased meanwhile is kept by nobody.
    if (error instanceof KeyDestroyed) return vault.seal(tenant, [withoutDetail(draft)]);
    throw error;
  });
  const { event: stored, sealedUnder } = sealed!;
  return { tenant, stream: streamOf.delivery(delivery), expected: version, events: [stored], sealedUnder };
};

const withoutDetail = <E extends DeliveryEvent>(event: E): E => ({
  ...event,
  data: { ...event.data, detail: undefined },
});

const tries = 6;

// The same ids again: what was stored although nobody answered is found to be there.
const persistently = async (append: () => Promise<readonly Outcome[]>): Promise<Outcome> => {
  for (let nth = 1; ; nth += 1) {
    try {
      return (await append())[0]!;
    } catch (error) {
      if (nth === tries || !(error instanceof LedgerBusy || error instanceof LedgerUnavailable)) throw error;
      await pause(50 * 2 ** nth);
    }
  }
};
