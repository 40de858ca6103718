import { Conflict } from '@throughline/decider';
import type { Connections } from '../connection/connection.query.ts';
import { isBroken, type Opened } from '../connection/opened.ts';
import { erased } from '../erasure/letting-go.ts';
import { Fault } from '../outbound/fault.ts';
import { type Reachable, reachable } from '../person/person.query.ts';
import { recordOf } from '../record/record.query.ts';
import type { Settings, Sources } from '../sources.ts';
import { attempted, failed, faultOf } from './attempt.ts';
import { drop, type Plan } from './delivery.ts';
import { type Lane, openOf, type Release } from './lane.query.ts';
import { type Known, load, tell } from './transact.ts';
import type { Writing } from './writing.ts';

/** What a courier works with. */
export type Deps = Sources & {
  readonly settings: Pick<Settings, 'mostFailures' | 'publicUrl'>;
  readonly connections: Pick<Connections, 'pauseFor'>;
  readonly random: () => number;
};

/** What is carried: the lane, the CRM it goes to, and whether it is still ours and wanted. */
export type Round = { readonly lane: Lane; readonly to: Opened; readonly isOurs: () => boolean };

/** A lane has to wait: the delivery at its head was not written. */
type Waits = Release & { readonly is: 'waits' };
/** How one delivery went. */
export type Went = { readonly is: 'went' } | { readonly is: 'ours no longer' } | Waits;

const most = 50;

/**
 * Writes what is open for one contact, in the order in which it was planned, until one has to wait. Answers how the lane
 * is to be given back: free, or to wait.
 */
export const carry = async (deps: Deps, round: Round): Promise<Release | undefined> => {
  const { lane, to } = round;
  const { crm } = to.connection;
  const customer = await deps.db.asTenant(lane.tenant, (client) =>
    reachable({ client, vault: deps.vault }, lane.tenant, lane.contact, crm),
  );
  const deliveries = await openOf(deps.projectorDb, lane, [...new Set([...customer.ids, lane.contact])], most);
  let before: Lane | undefined = lane;
  for (const delivery of deliveries) {
    if (!round.isOurs()) return undefined;
    const went = await carryOne(deps, round, delivery, customer, before);
    if (went.is === 'ours no longer') return undefined;
    if (went.is === 'waits') return went;
    // What is known of a try before is of the delivery at the head only.
    before = undefined;
  }
  return undefined;
};

const carryOne = async (
  deps: Deps,
  round: Round,
  delivery: string,
  customer: Reachable,
  before?: Lane,
): Promise<Went> => {
  const { tenant } = round.lane;
  const known = await load(deps, tenant, delivery);
  // The row is behind the ledger, which knows better.
  if (known.state.is !== 'open') return { is: 'went' };
  const { plan, attempts } = known.state;
  const doubt = attempts > 0 ? doubtOf(round, before, delivery, attempts) : 0;
  if (doubt > 0)
    return {
      is: 'waits',
      waitMs: doubt,
      failures: before?.failures ?? 0,
      delivery,
      attempt: attempts,
      reason: 'Unknown',
    };
  try {
    const writing = await writingOf(deps, round, plan, customer).catch((error: unknown) => faultOf('transient', error));
    if (writing instanceof Fault) return await failed(deps, round, { known, delivery, nth: attempts, before }, writing);
    if (!writing) return await dropped(deps, tenant, delivery, known);
    return await attempted(deps, round, { known, plan, writing, before });
  } catch (error) {
    if (error instanceof Conflict) return { is: 'ours no longer' };
    if (!isBroken(error)) throw error;
    round.to.holdUntil = performance.now() + 1_000;
    const failures = before?.failures ?? 0;
    return { is: 'waits', waitMs: 1_000, failures, delivery, attempt: attempts, reason: 'CircuitOpen' };
  }
};

/**
 * How long it has to wait until a search of the CRM would find what an attempt may have written of which nobody knows what
 * became; in milliseconds. Nothing where that is known, or long enough ago.
 */
const doubtOf = ({ lane, to }: Round, before: Lane | undefined, delivery: string, attempts: number): number => {
  if (before?.delivery === delivery && before.attempt === attempts) return 0;
  return to.session.settlesWithinMs - Math.max(lane.leftMsAgo ?? 0, 0);
};

const dropped = async (deps: Deps, tenant: string, delivery: string, known: Known): Promise<Went> => {
  await tell(deps, tenant, delivery, known, drop(erased));
  return { is: 'went' };
};

const writingOf = (
  deps: Deps,
  { lane: { tenant }, to }: Round,
  plan: Plan,
  customer: Reachable,
): Promise<Writing | undefined> =>
  deps.db.asTenant(tenant, async (client) => {
    if (customer.isErased) return undefined;
    const { vault, ledger, settings } = deps;
    const reads = { ledger, vault, client, publicUrl: settings.publicUrl };
    const record = await recordOf(reads, tenant, plan, customer);
    if (!record) return undefined;
    const others = await Promise.all(
      (plan.also ?? []).map((handle) => reachable(reads, tenant, handle, to.connection.crm)),
    );
    const strangers = others.filter(({ customer: id, handles }) => id !== customer.customer && handles.length > 0);
    return {
      delivery: plan.delivery,
      record,
      handles: customer.handles,
      also: strangers.map(({ handles }) => handles),
    };
  });
