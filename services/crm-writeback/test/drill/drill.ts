import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type DataOf, type Draft, type EventName, streamOf } from '@throughline/contracts';
import { follow, migrations as feedMigrations } from '@throughline/feed';
import { identityProjector, migrations as identityMigrations } from '@throughline/identity';
import { type Ledger, migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { connect, type Database, migrate } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations, projection } from '@throughline/read-model';
import { fakeEndpoint, signingKey } from '@throughline/testing';
import { Connections } from '../../src/connection/connection.query.ts';
import { migrations as writebackMigrations } from '../../src/index.ts';

/** How the drill goes. */
export type DrillOptions = {
  /** An empty database by its roles. */
  readonly urls: { readonly owner: string; readonly service: string; readonly projector: string };
  readonly conversations: number;
  readonly contacts: number;
  /** How many processes write back at once. */
  readonly workers: number;
  /** A process is killed about this often, as long as conversations come in, and at least so many times. */
  readonly killEveryMs: number;
  readonly kills: number;
  /** How long the rest may take once the killing is over. */
  readonly restMs: number;
  readonly tell?: (line: string) => void;
};

/** What came of it. `acked` conversations ended and were acknowledged; `stored` are in the CRM. */
export type DrillResult = {
  readonly acked: number;
  readonly stored: number;
  /** In the CRM not at all, or more than once. */
  readonly lost: number;
  readonly doubled: number;
  /** Positions of the ledger that are missing. */
  readonly holes: number;
  /** Contacts whose conversations stand in the CRM in another order than they ended. */
  readonly disordered: number;
  readonly killed: { readonly workers: number; readonly crm: number };
  readonly attempts: number;
  readonly seconds: number;
};

const schemas = {
  ledger: ledgerMigrations,
  read_model: readModelMigrations,
  feed: feedMigrations,
  identity: identityMigrations,
  writeback: writebackMigrations,
};

const loader = fileURLToPath(new URL('../../../../tools/source.js', import.meta.url));
const fileAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** A process of ours that is started again whenever it was killed. */
const keptAlive = (file: string, args: readonly string[], env: Record<string, string>) => {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const flags = ['--conditions=source', '--import', loader, file, ...args];
    child = spawn(process.execPath, flags, {
      env: { ...process.env, ...env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout! })) if (line.includes('ready at')) return;
    throw new Error(`${file} did not start`);
  };
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return { start, kill };
};

/** Conversations end while the processes that write them back, and the CRM, are killed again and again. */
export const writebackDrill = async (options: DrillOptions): Promise<DrillResult> => {
  const began = performance.now();
  const { urls, contacts, tell = () => undefined } = options;
  for (const [schema, dir] of Object.entries(schemas)) await migrate({ url: urls.owner, dir, schema });
  const folder = await mkdtemp(join(tmpdir(), 'throughline-writeback-'));
  const [journal, kek, keysUrl] = [
    join(folder, 'crm.ndjson'),
    join(folder, 'kek'),
    `file:${join(folder, 'keys.sqlite')}`,
  ];
  const keys = await openKeyStore({ url: keysUrl, kek });
  const db = connect({ url: urls.service, application: 'drill' });
  const projectorDb = connect({ url: urls.projector, application: 'drill projector' });
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'drill' });
  const vault = new Vault(keys);
  const identity = follow(ledger, projection(identityProjector, { db: projectorDb }));
  const port = await freePort();
  const crm = keptAlive(fileAt('./crm.process.ts'), [JSON.stringify({ port, journal, contacts })], {});
  const env = {
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    LOG_LEVEL: 'fatal',
    DATABASE_URL: urls.service,
    PROJECTOR_URL: urls.projector,
    KEYS_URL: keysUrl,
    KEYS_KEK: kek,
    WRITEBACK_LEASE_MS: '2000',
    WRITEBACK_TIMEOUT_MS: '2000',
    WRITEBACK_MOST_FAILURES: '100000',
  };
  const workers = Array.from({ length: options.workers }, () => keptAlive(fileAt('../../src/main.ts'), [], env));
  try {
    const sources = { ledger, db, projectorDb, vault, keys, now: () => new Date() };
    const { settings } = fakeEndpoint();
    const connection = {
      id: randomUUID(),
      name: 'drill',
      crm: 'http',
      url: `http://127.0.0.1:${port}`,
      settings,
      allowPrivate: true,
    };
    await new Connections(sources).add('default', { ...connection, secret: signingKey, by: 'drill' });
    await Promise.all([crm.start(), ...workers.map(({ start }) => start())]);
    tell('everything is up');
    const talking = talk({ ledger, vault }, options, (ended) => tell(`${ended} conversations ended`));
    const killed = await chaos(options, { crm, workers }, talking, tell);
    const acked = await talking;
    await written(projectorDb, options.restMs, tell);
    return {
      ...(await compared({ ledger, projectorDb }, journal, acked)),
      killed,
      seconds: Math.round((performance.now() - began) / 1_000),
    };
  } finally {
    await Promise.all([crm.kill(), ...workers.map(({ kill }) => kill())]);
    await identity.stop();
    await ledger.close();
    await Promise.all([db.close(), projectorDb.close()]);
    keys.close();
    await rm(folder, { recursive: true, force: true });
  }
};

type Ended = { readonly conversation: string; readonly contact: number; readonly at: string };

const agent = 'email:bo@acme.example';

/** Conversations that begin and end, one after the other, spread over the contacts; those that were acknowledged. */
const talk = async (
  { ledger, vault }: { ledger: Ledger; vault: Vault },
  { conversations, contacts, killEveryMs, kills }: DrillOptions,
  tell: (ended: number) => void,
): Promise<Ended[]> => {
  const ended: Ended[] = [];
  const gap = (killEveryMs * kills) / conversations;
  for (let nth = 0; nth < conversations; nth += 1) {
    const contact = nth % contacts;
    const conversation = vault.conversationId('default', 'drill', String(nth));
    const at = new Date(Date.UTC(2026, 0, 1) + nth * 60_000).toISOString().replace('.000Z', 'Z');
    const party = (handle: string, role: 'customer' | 'agent') => ({
      id: vault.handleId('default', handle),
      handle,
      role,
    });
    const said: DataOf<'InteractionCaptured'> = {
      source: 'drill',
      channel: 'chat',
      direction: 'inbound',
      conversation,
      author: 0,
      participants: [party(`email:c${contact}@example.com`, 'customer'), party(agent, 'agent')],
      text: `Conversation ${nth} is about something broken.`,
    };
    const draft = <Name extends EventName>(type: Name, data: DataOf<Name>) =>
      ({ type, data, id: randomUUID(), occurredAt: at, meta: { actor: 'drill' } }) as unknown as Draft;
    const sealed = await vault.seal('default', [
      draft('InteractionCaptured', said),
      draft('SessionEnded', { conversation, session: 1, by: 'channel', at }),
    ]);
    const events = sealed.map(({ event }) => event);
    const sealedUnder = sealed.flatMap((one) => one.sealedUnder);
    const [outcome] = await ledger.append([
      { tenant: 'default', stream: streamOf.conversation(conversation), expected: 'none', events, sealedUnder },
    ]);
    if (outcome?.is === 'appended') ended.push({ conversation, contact, at });
    if (nth % 500 === 499) tell(nth + 1);
    await pause(gap);
  }
  return ended;
};

type Kept = ReturnType<typeof keptAlive>;

/** Kills one after the other as long as there is talk, and until it was often enough. */
const chaos = async (
  { killEveryMs, kills }: DrillOptions,
  { crm, workers }: { crm: Kept; workers: readonly Kept[] },
  talking: Promise<unknown>,
  tell: (line: string) => void,
) => {
  const killed = { workers: 0, crm: 0 };
  let isOver = false;
  void talking.finally(() => (isOver = true)).catch(() => undefined);
  for (let nth = 0; !isOver || nth < kills; nth += 1) {
    await pause(killEveryMs / 2 + (Math.random() * killEveryMs) / 2);
    const isCrm = nth % 3 === 2;
    const victim = isCrm ? crm : workers[nth % workers.length]!;
    await victim.kill();
    killed[isCrm ? 'crm' : 'workers'] += 1;
    await victim.start();
    tell(`killed ${isCrm ? 'the CRM' : 'a worker'}, and started it again`);
  }
  return killed;
};

const written = async (db: Database, withinMs: number, tell: (line: string) => void): Promise<void> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { rows } = await db.query<{ open: bigint; planned: bigint }>(
      `select count(*) filter (where state = 'open') as open, count(*) as planned from writeback.delivery`,
    );
    const { open, planned } = rows[0]!;
    if (planned > 0n && open === 0n && (await isCaughtUp(db))) return;
    if (performance.now() > deadline) throw new Error(`${open} deliveries are still open`);
    tell(`${open} deliveries are open`);
    await pause(1_000);
  }
};

const isCaughtUp = async (db: Database): Promise<boolean> => {
  const { rows } = await db.query<{ behind: boolean }>(
    `select bool_or(position < (select max(position) from ledger.event)) as behind from read_model.checkpoint where projection like 'writeback%'`,
  );
  return rows[0]?.behind === false;
};

/** What the CRM has against what ended. */
const compared = async (
  { ledger, projectorDb }: { ledger: Ledger; projectorDb: Database },
  journal: string,
  acked: readonly Ended[],
) => {
  const { records } = fakeEndpoint({
    journal,
    people: Array.from({ length: 100_000 }, (_, nth) => ({ id: String(1_000 + nth), mail: '' })),
  });
  const { rows } = await projectorDb.query<{ conversation: string; reference: string; attempts: number }>(
    `select conversation, reference, attempts from writeback.delivery where record = 'activity'`,
  );
  const references = new Map(rows.map((row) => [row.conversation, row.reference]));
  const count = Map.groupBy(records.filter(({ record }) => record.is === 'activity'), ({ ref }) => ref); // prettier-ignore
  const times = acked.map(({ conversation }) => count.get(references.get(conversation) ?? '')?.length ?? 0);
  const inOrder = [...Map.groupBy([...count.values()].flat(), ({ contact }) => contact)].map(([, of]) => of.map(({ record }) => record.from ?? '')); // prettier-ignore
  const head = await ledger.head();
  const { rows: stored } = await projectorDb.query<{ count: bigint }>('select count(*) as count from ledger.event');
  return {
    acked: acked.length,
    stored: times.filter((time) => time > 0).length,
    lost: times.filter((time) => time === 0).length,
    doubled: times.filter((time) => time > 1).length,
    holes: Number(head - stored[0]!.count),
    disordered: inOrder.filter((froms) => froms.some((from, nth) => nth > 0 && from < froms[nth - 1]!)).length,
    attempts: rows.reduce((sum, { attempts }) => sum + attempts, 0),
  };
};
