import { type Certificate, type CertificateStore, streamOf } from '@throughline/contracts';
import { type Reached, reachedOf } from '@throughline/read-model';
import { signingKey } from '@throughline/privacy';
import type { Quarantine } from '../quarantine/quarantine.query.ts';
import { recordOne } from '../record.ts';
import type { Sources } from '../sources.ts';
import { fingerprintOf } from '../transact.ts';
import { completionId, signedBy, statementOf } from './erasure.ts';
import { allErasures, type ErasureRow, proceed, type Progress, progressOf } from './erasure.query.ts';
import { purgeMails, purgeQuarantine } from './purge.ts';

/** What an operator may set. */
export type ErasureSettings = {
  /** For how long a process may hold a key that another one destroyed, in seconds. */
  readonly ERASURE_SETTLES: number;
  /** For how long backups of the keys are kept, in days. */
  readonly KEYS_BACKUP_DAYS: number;
  /** The path of the Ed25519 key that certificates are signed with; without it they are not. */
  readonly CHECKPOINT_KEY?: string;
};

export type Deps = Sources & {
  readonly settings: ErasureSettings;
  readonly quarantine: Quarantine;
  /** How many records of these handles were written to each CRM. */
  readonly recordsOf: (tenant: string, subjects: readonly string[]) => Promise<ReadonlyMap<string, number>>;
};

/** What an erasure waits for; nothing once it is complete. */
export type Waiting = readonly string[];

const actor = 'capture.erasure';
/** The projections that let go of what they hold sealed; in the others nothing is but what is keyed, and what opened it is gone. */
const lettingGo: readonly string[] = ['identity', 'routing', 'search', 'timeline', 'writeback'];
/** The longest that the inbox is kept, in days. */
const inboxDays = 7;
const dayMs = 86_400_000;

/**
 * Brings an erasure as far as it can be brought by now, and answers what it waits for. Every step can be repeated, and what
 * was done is found done: after a crash at any place it goes on.
 */
export const advance = async (deps: Deps, row: ErasureRow): Promise<Waiting> => {
  const progress = await keysDestroyed(deps, row);
  const waiting = await waitingFor(deps, row, progress);
  if (waiting.length > 0) return waiting;
  await complete(deps, row);
  return [];
};

/**
 * Erases from the keys whom they do not know to be erased, though it was done: older ones were brought back. Answers how
 * many people that were. Can be repeated.
 */
export const eraseAgain = async ({ projectorDb, keys }: Pick<Deps, 'projectorDb' | 'keys'>): Promise<number> => {
  keys.refresh();
  let count = 0;
  for await (const { tenant, subjects, keys: named } of allErasures(projectorDb)) {
    if (subjects.every((subject) => keys.isErased(tenant, subject))) continue;
    await keys.erase(tenant, subjects, named);
    count += 1;
  }
  return count;
};

const keysDestroyed = async (deps: Deps, row: ErasureRow): Promise<Progress> => {
  const { db, keys, now } = deps;
  const { tenant, erasure, subjects } = row;
  const known = await db.asTenant(tenant, (client) => progressOf(client, tenant, erasure));
  if (known) return known;
  await keys.erase(tenant, subjects, row.keys);
  const progress = { keysDestroyedAt: now(), ...(await purged(deps, row)) };
  await db.asTenant(tenant, (client) => proceed(client, row, progress));
  return progress;
};

const purged = async (deps: Deps, row: ErasureRow): Promise<Pick<Progress, 'mails' | 'items'>> => ({
  mails: await purgeMails(deps, row),
  items: await purgeQuarantine(deps, row),
});

const hasPassed = ({ position, isParked }: Reached, row: Pick<ErasureRow, 'position'>): boolean =>
  position >= row.position && !isParked;

/** What an erasure waits for: the caches of keys, and projections that did not pass it. */
export const waitingFor = async (
  { projectorDb, now, settings }: Pick<Deps, 'projectorDb' | 'now' | 'settings'>,
  row: Pick<ErasureRow, 'position'>,
  progress: Progress | undefined,
): Promise<Waiting> => {
  const settled = progress && progress.keysDestroyedAt.getTime() + settings.ERASURE_SETTLES * 1_000 <= now().getTime();
  const behind = (await reachedOf(projectorDb, row.position)).filter((one) => !hasPassed(one, row));
  return [...(settled ? [] : ['keys']), ...behind.map(({ name }) => name)];
};

const complete = async (deps: Deps, row: ErasureRow): Promise<void> => {
  const { db, now } = deps;
  const { tenant, erasure, customer } = row;
  // Once more: what was on its way in another process came to lie there after the keys went.
  const late = await purged(deps, row);
  const before = (await db.asTenant(tenant, (client) => progressOf(client, tenant, erasure)))!;
  await db.asTenant(tenant, (client) => proceed(client, row, { ...before, ...late }));
  const progress = { ...before, mails: before.mails + late.mails, items: before.items + late.items };
  const certificate = await certified(deps, row, progress);
  await recordOne(deps, tenant, {
    draft: {
      type: 'ErasureCompleted',
      id: completionId(tenant, erasure),
      occurredAt: now().toISOString(),
      data: { erasure, certificate },
      meta: { actor, causation: erasure, correlation: erasure },
    },
    stream: streamOf.handle(customer),
    // Whichever process came first: what was certified stands.
    fingerprint: fingerprintOf(deps, tenant, 'ErasureCompleted', erasure),
  });
};

const certified = async (deps: Deps, row: ErasureRow, progress: Progress): Promise<Certificate> => {
  const { now, settings } = deps;
  const { tenant, erasure, customer, subjects, position, erasedAt } = row;
  const { CHECKPOINT_KEY: key } = settings;
  const statement = statementOf(
    {
      tenant,
      erasure,
      customer,
      subjects: [...subjects],
      position: Number(position),
      erasedAt: new Date(erasedAt).toISOString(),
    },
    {
      now: now(),
      keysDestroyedAt: progress.keysDestroyedAt,
      backupDays: settings.KEYS_BACKUP_DAYS,
      stores: await storesOf(deps, row, progress),
    },
  );
  return signedBy(statement, key === undefined ? undefined : signingKey(key, false));
};

const waysOf = (projection: string): 'removed' | 'unreadable' =>
  lettingGo.includes(projection.split(/[.@]/, 1)[0]!) ? 'removed' : 'unreadable';

const storesOf = async (deps: Deps, row: ErasureRow, progress: Progress): Promise<CertificateStore[]> => {
  const { projectorDb, kafka, now, recordsOf } = deps;
  const reached = await reachedOf(projectorDb, row.position);
  const records = await recordsOf(row.tenant, row.subjects);
  const until = new Date(now().getTime() + inboxDays * dayMs).toISOString();
  return [
    { name: 'ledger', is: 'unreadable', position: Number(row.position) },
    { name: 'keys', is: 'removed', count: row.keys.length },
    { name: 'mails', is: 'removed', count: progress.mails },
    { name: 'quarantine', is: 'removed', count: progress.items },
    { name: 'parked events', is: 'unreadable' },
    ...reached.map(({ name, position }) => ({ name, is: waysOf(name), position: Number(position) })),
    ...(kafka
      ? [
          { name: 'the topic of the ledger', is: 'unreadable' as const },
          { name: 'the inbox', is: 'expires' as const, until },
        ]
      : []),
    ...Array.from(records, ([connection, count]) => ({
      name: `connection ${connection}`,
      is: 'theirs' as const,
      count,
    })),
  ];
};
