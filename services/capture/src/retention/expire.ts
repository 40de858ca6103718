import { createHash } from 'node:crypto';
import { derivedId, type Draft, streamOf } from '@throughline/contracts';
import { handlesOf } from '@throughline/identity';
import { keyId, Vault } from '@throughline/privacy';
import { beside } from '@throughline/service';
import { inWords, record } from '../record.ts';
import type { Sources } from '../sources.ts';
import { fingerprintOf } from '../transact.ts';
import { quarterIn, type Sealed, sealedIn } from './plan.ts';
import { policyOf } from './policy.ts';
import { type Retention, startOf } from './retention.ts';

type Deps = Pick<Sources, 'ledger' | 'vault' | 'keys' | 'db' | 'now'>;

/** What was destroyed, and whether there is more. */
export type Expired = { readonly keys: number; readonly remembered: number; readonly isDone: boolean };

/** So many handles of a quarter expire by one event. */
const atOnce = 200;

/** Whether a quarter expires by a policy. */
type Rule = (quarter: string, policy: Retention) => boolean;

/** Keys destroyed before it is answered: seconds, however large the tenant. */
const mostAtOnce = 10_000;

/** What is over its time, the oldest quarter first, as much as is destroyed at once. */
const dueOf = async (deps: Deps, tenant: string, isOver: (quarter: string) => boolean): Promise<readonly Sealed[]> => {
  const due: Sealed[] = [];
  for (const quarter of (await deps.keys.quarters(tenant)).filter(isOver))
    for await (const some of sealedIn(deps, tenant, quarter)) {
      due.push(...some);
      if (due.length >= mostAtOnce) return due.slice(0, mostAtOnce);
    }
  return due;
};

/**
 * Destroys the keys of quarters that are over: of so many handles at a time. First the names of those who stay are told
 * again, then the ledger is told, then the keys are destroyed: cut off anywhere, the same again does the rest. The policy is
 * asked for before each event: one that is set meanwhile holds for all that was not told by then.
 */
export const expire = async (
  deps: Deps,
  { tenant, actor }: { tenant: string; actor: string },
  rule: Rule,
): Promise<Expired> => {
  const policy = await policyOf(deps.ledger, tenant);
  const isOver = (quarter: string) => rule(quarter, policy);
  const due = await dueOf(deps, tenant, isOver);
  const remembered = await remember(deps, { tenant, actor }, due, isOver);
  let destroyed = 0;
  for (const { quarter, subjects } of batchesOf(due)) {
    if (!rule(quarter, await policyOf(deps.ledger, tenant))) return { keys: destroyed, remembered, isDone: true };
    await destroy(deps, { tenant, actor, quarter, subjects });
    destroyed += subjects.length;
  }
  return { keys: destroyed, remembered, isDone: due.length < mostAtOnce };
};

/** The oldest quarter first. */
function* batchesOf(due: readonly Sealed[]) {
  const quarters = [...Map.groupBy(due, ({ quarter }) => quarter)];
  for (const [quarter, some] of quarters.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const subjects = some.map(({ handle }) => handle).toSorted();
    for (let from = 0; from < subjects.length; from += atOnce)
      yield { quarter, subjects: subjects.slice(from, from + atOnce) };
  }
}

type Batch = {
  readonly tenant: string;
  readonly actor: string;
  readonly quarter: string;
  readonly subjects: readonly string[];
};

const destroy = async (deps: Deps, { tenant, actor, quarter, subjects }: Batch): Promise<void> => {
  const { ledger, vault, keys, now } = deps;
  const ids = subjects.map((handle) => keyId(handle, quarter));
  // The same handles again are the same event.
  const draft: Draft<'ContentExpired'> = {
    id: derivedId('expired', tenant, quarter, createHash('sha256').update(subjects.join()).digest('hex')),
    type: 'ContentExpired',
    data: { quarter, subjects: [...subjects] },
    occurredAt: now().toISOString(),
    meta: { actor },
  };
  const [{ event }] = (await vault.seal(tenant, [draft])) as [Awaited<ReturnType<typeof vault.seal>>[number]];
  const command = {
    tenant,
    stream: streamOf.expired(quarter),
    expected: 'any',
    events: [event],
    destroys: ids,
  } as const;
  const [outcome] = await ledger.append([command]).catch((error: unknown) => {
    throw inWords(error);
  });
  if (outcome!.is !== 'appended' && outcome!.is !== 'duplicate')
    throw new Error(`what expired of ${quarter} could not be told: ${JSON.stringify(outcome)}`);
  await keys.destroy(tenant, ids);
};

/** The last quarter that is not over in which something was sealed for each of these customers, by any of their handles. */
const lastOf = async (
  { keys, db }: Deps,
  tenant: string,
  customers: ReadonlySet<string>,
  isOver: (quarter: string) => boolean,
): Promise<ReadonlyMap<string, string>> => {
  const last = new Map<string, string>();
  for (const customer of customers) {
    const handles = await db.asTenant(tenant, (client) => handlesOf(client, tenant, customer));
    const ids = (await Promise.all(handles.map((handle) => keys.ownedBy(tenant, handle)))).flat();
    const kept = ids.map(quarterIn).filter((quarter) => !isOver(quarter)).toSorted().at(-1); // prettier-ignore
    if (kept !== undefined) last.set(customer, kept);
  }
  return last;
};

/**
 * Who stays is not to become a stranger because what told the name last expires. It is told again under the key of the last
 * quarter in which there is something of the customer: it expires with that, and being remembered keeps nobody.
 */
const remember = async (
  deps: Deps,
  { tenant, actor }: { tenant: string; actor: string },
  due: readonly Sealed[],
  isOver: (quarter: string) => boolean,
): Promise<number> => {
  const last = await lastOf(deps, tenant, new Set(due.map(({ customer }) => customer)), isOver);
  const quarterOf = new Map(due.map(({ handle, customer }) => [handle, last.get(customer)]));
  const staying = [...quarterOf.keys()].filter((handle) => quarterOf.get(handle) !== undefined);
  const faces = await beside(deps.db).facesOf(tenant, staying);
  const fading = faces.filter(({ seals }) => seals.some(({ k }) => k.some((id) => isOver(quarterIn(id)))));
  const opened = await deps.vault.openSeals(tenant, fading);
  const facts = fading.flatMap(({ party: id, at, event }, index) => {
    const { fields } = opened[index]!;
    const [handle, name] = [fields.get(`${at}/handle`), fields.get(`${at}/name`)] as (string | undefined)[];
    if (handle === undefined && name === undefined) return [];
    const data = { party: { id, handle, name } };
    // Told again because of the same event, it is the same.
    const own = { id: derivedId('remembered', tenant, id, event), occurredAt: deps.now().toISOString() };
    const draft: Draft = { ...own, type: 'HandleRemembered', data, meta: { actor } };
    const fingerprint = fingerprintOf(deps, tenant, draft.type, data);
    return [{ quarter: quarterOf.get(id)!, fact: { draft, stream: streamOf.handle(id), fingerprint } }];
  });
  let told = 0;
  for (const [quarter, some] of Map.groupBy(facts, ({ quarter }) => quarter)) {
    const vault = new Vault(deps.keys, () => startOf(quarter));
    const recordings = await record({ ...deps, vault }, tenant, some.map(({ fact }) => fact)); // prettier-ignore
    // Of somebody who was erased meanwhile nothing is told.
    told += recordings.filter(({ is }) => is === 'captured').length;
  }
  return told;
};
