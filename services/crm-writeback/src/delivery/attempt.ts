import { Conflict } from '@throughline/decider';
import { KeyDestroyed } from '@throughline/privacy';
import { rememberContact, rememberedContact } from '../contact/contact.query.ts';
import { Fault, type FaultKind } from '../outbound/fault.ts';
import type { Deps, Round, Went } from './courier.ts';
import { attempt, type Outcome, type Plan, settle } from './delivery.ts';
import { remoteOf } from './delivery.query.ts';
import type { Lane } from './lane.query.ts';
import { backoffOf } from './patience.ts';
import { type Known, tell, transact } from './transact.ts';
import { write, type Writing, type Written } from './writing.ts';

/** A delivery that is about to be written: as it is known, what it writes, and what is known of the try before. */
export type Attempt = { readonly known: Known; readonly plan: Plan; readonly writing: Writing; readonly before?: Lane };

/** Writes it: tells that it is being written, asks the CRM, tells what came of it. Throws `Conflict` where somebody else went on. */
export const attempted = async (deps: Deps, round: Round, { known, plan, writing, before }: Attempt): Promise<Went> => {
  const { lane, to } = round;
  const { tenant, connection } = lane;
  const { delivery } = plan;
  const reason = before?.delivery === delivery ? before.reason : undefined;
  const remembered = {
    contact: await rememberedContact(deps, tenant, connection, plan.subject),
    remote: await remoteOf(deps, tenant, plan),
  };
  let begun: Known | undefined;
  const outcome = await to
    .guarded(async () => {
      begun = await tell(deps, tenant, delivery, known, attempt(reason));
      if (!round.isOurs()) throw new Conflict(delivery, begun.version);
      return write(to.session, writing, remembered);
    })
    .catch((error: unknown) => {
      if (!(error instanceof Fault) && (!begun || error instanceof Conflict)) throw error;
      return faultOf('doubt', error);
    });
  const nth = begun && begun.state.is !== 'unknown' ? begun.state.attempts : 0;
  if (outcome instanceof Fault) return failed(deps, round, { known: begun!, delivery, nth, before }, outcome);
  await confirmed(deps, { tenant, connection, plan, known: begun!, nth }, outcome, remembered.contact);
  return { is: 'went' };
};

/** What nobody expected as a fault of this kind. */
export const faultOf = (kind: FaultKind, error: unknown): Fault =>
  error instanceof Fault
    ? error
    : new Fault(kind, 'Unexpected', error instanceof Error ? error.message : String(error));

type Begun = {
  readonly tenant: string;
  readonly connection: string;
  readonly plan: Plan;
  readonly known: Known;
  readonly nth: number;
};

const confirmed = async (
  deps: Deps,
  { tenant, connection, plan, known, nth }: Begun,
  { contact, made, remote }: Written,
  remembered?: string,
): Promise<void> => {
  const said = settle(nth, { is: 'confirmed', made, ...(remote !== undefined && { remote }) });
  await tell(deps, tenant, plan.delivery, known, said).catch(async (error: unknown) => {
    // It was given up meanwhile, and is in the CRM all the same; or somebody else went on, who tells.
    if (!(error instanceof Conflict) || !(await transact(deps, tenant, plan.delivery, said)).isNews) throw error;
  });
  if (contact === remembered) return;
  await rememberContact(deps, tenant, connection, plan.subject, contact).catch((error: unknown) => {
    // Of somebody who was erased meanwhile nothing is remembered.
    if (!(error instanceof KeyDestroyed)) throw error;
  });
};

type Failed = { readonly known: Known; readonly delivery: string; readonly nth: number; readonly before?: Lane };

/** What a fault comes to: the delivery goes aside, or waits for the CRM or for whoever keeps the connection. */
export const failed = async (
  deps: Deps,
  { lane, to }: Round,
  { known, delivery, nth, before }: Failed,
  fault: Fault,
): Promise<Went> => {
  const { tenant } = lane;
  const { code: reason, detail, kind } = fault;
  deps.log?.warn({ connection: lane.connection, delivery, attempt: nth, kind, reason }, 'a delivery was not written');
  const aside = async (outcome: Outcome): Promise<Went> => {
    // What goes aside before anything was to be sent was tried as well: nobody else would tell of it.
    const tried = nth > 0 ? known : await tell(deps, tenant, delivery, known, attempt(reason));
    await tell(deps, tenant, delivery, tried, settle(Math.max(nth, 1), outcome));
    return { is: 'went' };
  };
  const earlier = before?.delivery === delivery ? before.failures : 0;
  const waits = (waitMs: number, failures: number): Went => ({
    is: 'waits',
    waitMs,
    failures,
    delivery,
    attempt: nth,
    reason,
  });
  switch (kind) {
    case 'rejected':
      return aside({ is: 'rejected', reason, detail });
    case 'gone':
      return aside({ is: 'parked', reason, detail });
    case 'connection':
      await deps.connections.pauseFor(to.connection, fault);
      return waits(0, earlier);
    case 'transient':
    case 'doubt': {
      const wait = fault.retryAfterMs ?? 0;
      if (wait > 0) to.holdUntil = performance.now() + wait;
      if (reason === 'Throttled') return waits(Math.max(wait, backoffOf(1, deps.random)), earlier);
      if (earlier + 1 >= deps.settings.mostFailures)
        return aside({ is: 'parked', reason: 'TooManyFailures', detail: `${reason}: ${detail}` });
      const settles = kind === 'doubt' ? to.session.settlesWithinMs : 0;
      return waits(Math.max(backoffOf(earlier + 1, deps.random), wait, settles), earlier + 1);
    }
  }
};
