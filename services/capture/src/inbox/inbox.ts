import { Rejection } from '@throughline/decider';
import { faultOf } from '@throughline/feed';
import type { Log, Tenants } from '@throughline/host';
import type { Intake } from '../interaction/intake.ts';
import { problemIn } from '../interaction/outcome.ts';
import type { Recording } from '../record.ts';
import { remembered } from '../remembered.ts';
import { type Brought, broughtBy, type Said } from './cloud-event.ts';
import type { Problem } from './refusal.ts';

/** Which tenants may be written for by way of the inbox: those named, or all there are. */
export type Allowed = readonly string[] | 'all';

/** What records are taken by. */
export type Taking = {
  readonly intake: Pick<Intake, 'capture'>;
  readonly tenants: Tenants;
  readonly allowed: Allowed;
  readonly log?: Log;
};

/** What became of a record. */
export type Taken = { readonly is: 'captured' | 'duplicate' } | { readonly is: 'refused'; readonly problem: Problem };

/**
 * Takes records as the REST edge takes bodies: one outcome for each, in order, durable. Throws what is the world's fault
 * and passes; to take the same records again is safe.
 */
export const take = async (taking: Taking, records: readonly Said[]): Promise<readonly Taken[]> => {
  try {
    return await takeAll(taking, records);
  } catch (error) {
    if (faultOf(error) === 'world') throw error;
    if (records.length === 1) return [unexpected(taking, error)];
    // One of them is to blame, and harms no other.
    const half = records.length >> 1;
    return [...(await take(taking, records.slice(0, half))), ...(await take(taking, records.slice(half)))];
  }
};

const unexpected = ({ log }: Taking, error: unknown): Taken => {
  const problem = problemIn(error);
  log?.error({ err: error, incident: problem.instance }, 'a record of the inbox could not be taken');
  return { is: 'refused', problem };
};

const takeAll = async ({ intake, tenants, allowed }: Taking, records: readonly Said[]): Promise<Taken[]> => {
  // Of one call only: a tenant that is made later is there for later records.
  const exists = remembered(1_000, (tenant) => tenants.exists(tenant));
  const all = await Promise.all(records.map((record) => letIn(record, allowed, exists)));
  const recordings = new Map<Brought, Recording>();
  const byTenant = Map.groupBy(all.filter(isBrought), ({ tenant }) => tenant);
  const capture = async ([tenant, some]: readonly [string, readonly Brought[]]) => {
    const items = some.map(({ data, actor }) => ({ value: data, actor }));
    const became = await intake.capture({ tenant, actor: 'inbox' }, items);
    for (const [at, one] of some.entries()) recordings.set(one, became[at]!);
  };
  await Promise.all([...byTenant].map(capture));
  return all.map((one) => takenOf(isBrought(one) ? recordings.get(one)! : { is: 'refused', error: one }));
};

const isBrought = (one: Brought | Rejection): one is Brought => !(one instanceof Rejection);

type Exists = (tenant: string) => Promise<boolean>;

const letIn = async (record: Said, allowed: Allowed, exists: Exists): Promise<Brought | Rejection> => {
  try {
    const brought = broughtBy(record);
    const { tenant } = brought;
    if (allowed !== 'all' && !allowed.includes(tenant))
      return new Rejection('Forbidden', `Nobody may write for the tenant ${tenant} by way of the inbox.`);
    return (await exists(tenant)) ? brought : new Rejection('TenantUnknown', `There is no tenant ${tenant}.`);
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
};

const takenOf = (recording: Recording): Taken =>
  recording.is === 'refused' ? { is: 'refused', problem: problemIn(recording.error) } : { is: recording.is };
