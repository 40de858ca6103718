import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { credentials, Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decode, kafkaDriver, ledgerTopic, type ReadRecord } from '@throughline/feed';
import { openKeyStore, Vault } from '@throughline/privacy';
import {
  crowd,
  type Crowd,
  type Ended,
  type Erased,
  eventually,
  hasSaid,
  judgedCrowd,
  kafkaOrWhyNot,
  killTree,
  livingOf,
  lookout,
  lookThrough,
  needlesOf,
  type Run,
  runSource,
  temporaryFolder,
  treeOf,
  type Word,
} from '@throughline/testing';

const main = new URL('../src/main.ts', import.meta.url);
const cliMain = new URL('../../cli/src/main.ts', import.meta.url);
const examples = new URL('../../cli/examples/', import.meta.url).pathname;
const withinMs = 240_000;

const launch = (dir: string, args: readonly string[] = [], env: Record<string, string> = {}): Run =>
  runSource(main, args, { THROUGHLINE_DATA_DIR: dir, HTTP_PORT: '0', GRPC_PORT: '0', METRICS_PORT: '0', ...env });

type Fleet = Run & { readonly url: string; readonly grpc: readonly string[]; readonly brokers: readonly string[] };

const begin = async (dir: string): Promise<Fleet> => {
  const launched = launch(dir, [], { ERASURE_SETTLES: '1' });
  await hasSaid(launched, /^ {2}data /m, withinMs);
  const { out } = launched;
  const url = /^ {2}console {2}(\S+)\/$/m.exec(out())?.[1] ?? '';
  const grpc = [...out().matchAll(/^ {2}gRPC +(\S+)/gm)].map(([, at]) => at!);
  return { ...launched, url, grpc, brokers: /^ {2}Kafka +(\S+)$/m.exec(out())?.[1]?.split(',') ?? [] };
};

const cli = (url: string, ...args: readonly string[]): Promise<Ended> =>
  runSource(cliMain, args, { THROUGHLINE_URL: url }).ended;

/** The one value that a command with `--json` prints last. */
const told = async <Value>(url: string, ...args: readonly string[]): Promise<Value> => {
  const { code, out, err } = await cli(url, ...args, '--json');
  expect({ args, code, failed: code === 0 ? '' : err }).toEqual({ args, code: 0, failed: '' });
  return JSON.parse(out.trimEnd().split('\n').at(-1)!) as Value;
};

type Status = {
  readonly ready: boolean;
  readonly head: number;
  readonly checksum: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly projections: readonly { readonly name: string; readonly position: number; readonly checksum: string }[];
};

const isServing = (address: string): Promise<void> => {
  const client = new Client(address, credentials.createInsecure());
  return new Promise<void>((resolve, reject) =>
    client.waitForReady(Date.now() + 30_000, (error) => (error ? reject(error) : resolve())),
  ).finally(() => client.close());
};

/** Those of the processes whose command line ends so. */
const entriesOf = async (pids: readonly number[], file: RegExp): Promise<number[]> => {
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, at) => file.test(lines[at]!.split('\0').findLast(Boolean) ?? ''));
};

/** All that whoever reads the topic is given. */
const recordsOf = async (brokers: readonly string[]): Promise<readonly ReadRecord[]> => {
  const kafka = kafkaDriver({ brokers, clientId: 'spec' });
  const partitions = await kafka.offsets(ledgerTopic);
  const records: ReadRecord[] = [];
  await kafka.read({
    topic: ledgerTopic,
    group: 'spec',
    sharing: 'spread',
    assigned: () => undefined,
    revoked: () => undefined,
    failed: () => undefined,
    read: async (_, more) => void records.push(...more),
  });
  const many = partitions.reduce((sum, { low, high }) => sum + Number(high - low), 0);
  await eventually(() => expect(records.length).toBeGreaterThanOrEqual(many), { within: 60_000 });
  await kafka.close();
  return records;
};

// One that is set is one that somebody else has to keep: here the fleet keeps its own.
const { reason } = await kafkaOrWhyNot();
const withKafka = reason === undefined ? describe : describe.skip;

withKafka(`a fleet${reason === undefined ? '' : ` — skipped: ${reason}`}`, () => {
  let dir: string;
  let fleet: Fleet;
  let before: Status;
  let writing: Crowd;
  let erased: readonly Erased[];
  let words: readonly Word[];
  const wanted = () => lookout(erased.flatMap(({ person }) => needlesOf(person)));
  /** What they said before they were. */
  const gone = () => words.filter(({ by, ackedAt }) => erased.some(({ person, askedAt }) => person === by && ackedAt < askedAt)); // prettier-ignore
  beforeAll(async () => {
    dir = await temporaryFolder();
    fleet = await begin(dir);
  }, withinMs);
  afterAll(() => killTree(fleet));

  const settled = (): Promise<Status> =>
    eventually(
      async () => {
        const status = (await (await fetch(`${fleet.url}/v1/status?checksums=true`)).json()) as Status;
        expect(status.projections.map(({ position }) => position)).toEqual(status.projections.map(() => status.head));
        return status;
      },
      { within: 120_000 },
    );

  it('says that it is ready, and where each of it is reached', async () => {
    expect(fleet.out()).toMatch(/^Throughline fleet is ready$/m);
    expect(fleet.out()).toMatch(/^ {2}Kafka +127\.0\.0\.1:\d+$/m);
    expect(fleet.grpc).toHaveLength(3);
    await Promise.all(fleet.grpc.map(isServing));
    for (const name of ['database', 'migrate', 'capture', 'routing', 'timeline', 'crm-writeback', 'relay'])
      expect(fleet.out()).toMatch(new RegExp(`^${name} +│ \\S`, 'm'));
    expect(fleet.out()).not.toContain('\u001B');
  });

  it('takes the tour at its one address', async () => {
    const { url } = fleet;
    const mails = await told<Record<string, number>>(url, 'import', `${examples}mails`);
    expect(mails).toEqual({ read: 4, captured: 4, duplicate: 0, quarantined: 0, rejected: 0 });
    await told(url, 'import', `${examples}tickets.csv`, '--map', `${examples}tickets.jsonata`);
    before = await settled();
    expect(before).toMatchObject({ ready: true, counts: { interactions: 7, quarantined: 0, parked: 0 } });
    const names = before.projections.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['timeline', 'identity', 'search', 'capture', 'routing', 'writeback']),
    );
    for (const { checksum } of before.projections) expect(checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(await told(url, 'brief', 'email:ann@lee.example')).toMatchObject({ customer: { name: 'Ann Lee' } });
    expect(await told(url, 'doctor')).toMatchObject({ ok: true });
    // Whoever has no time for the front is away, for it; that passes.
    const { paths } = await eventually(async () => {
      const answer = await fetch(`${url}/openapi.json`);
      expect(answer.status).toBe(200);
      return (await answer.json()) as { paths: object };
    });
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/v1/interactions', '/v1/route', '/v1/brief', '/v1/connections'])); // prettier-ignore
    const unknown = await fetch(`${url}/v1/matters`, { headers: { 'x-tenant': 'nobody' } });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'TenantUnknown' }]);
    const account = await fetch(`${url}/v1/accounts/99999999-9999-4999-8999-999999999999/owner`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"owner":"email:bo@acme.example"}' }); // prettier-ignore
    expect(account.status).toBe(404);
  }, 240_000);

  it('walks the whole loop', async () => {
    const { code, err } = await cli(fleet.url, 'demo');
    expect({ code, err }).toEqual({ code: 0, err: '' });
  }, 240_000);

  it('erases people while others write, and certifies it once every process has passed it', async () => {
    writing = crowd({ url: fleet.url, many: { stays: 2, leaves: 1, returns: 1 }, restMs: 100 });
    await writing.hasSaid(4);
    const pids = await treeOf(fleet.pid);
    const [routing] = await entriesOf(pids, /services\/routing\/src\/main\.ts$/);
    const [writeback] = await entriesOf(pids, /services\/crm-writeback\/src\/main\.ts$/);
    for (const pid of [routing!, writeback!]) process.kill(pid, 'SIGSTOP');
    erased = await Promise.all(writing.people.filter(({ fate }) => fate !== 'stays').map(writing.erase));
    const waitsFor = (...names: string[]) =>
      eventually(
        async () => {
          const { waitsFor: all = [] } = await writing.erasure(erased[0]!);
          expect(new Set(all.map((name) => name.split(/[.@]/, 1)[0]))).toEqual(new Set(names));
        },
        { within: 60_000 },
      );
    await waitsFor('routing', 'writeback');
    process.kill(writeback!, 'SIGCONT');
    await waitsFor('routing');
    process.kill(routing!, 'SIGCONT');
    for (const one of erased) {
      const { position, stores } = await writing.certified(one, 120_000);
      const passed = stores
        .filter((store) => (store.position ?? 0) >= position)
        .map(({ name }) => name.split('@', 1)[0]);
      expect(passed).toEqual(expect.arrayContaining(['ledger', 'capture', 'identity', 'timeline', 'search', 'routing', 'routing.reactor', 'routing.tasks', 'writeback', 'writeback.planner'])); // prettier-ignore
      expect(stores).toContainEqual({ name: 'the topic of the ledger', is: 'unreadable' });
      expect(stores).toContainEqual({ name: 'the inbox', is: 'expires', until: expect.any(String) });
    }
    await writing.hasSaid(4);
    words = await writing.end();
  }, 240_000);

  it('starts again what dies, and tells meanwhile that it is away', async () => {
    const pids = await treeOf(fleet.pid);
    const [timeline = 0] = await entriesOf(pids, /services\/timeline\/src\/main\.ts$/);
    process.kill(timeline, 'SIGKILL');
    await eventually(() => expect(fleet.out()).toMatch(/^timeline +│ ended \(SIGKILL\), and is started again in/m));
    const away = await fetch(`${fleet.url}/v1/status`);
    if (away.status !== 200)
      expect([away.status, await away.json()]).toMatchObject([503, { code: 'ServiceAway', title: expect.any(String) }]);
    expect((await fetch(`${fleet.url}/v1/tenants`)).status).toBe(200);
    await eventually(() => expect(fleet.out()).toMatch(/^timeline +│ is back$/m), { within: 120_000 });
    expect((await fetch(`${fleet.url}/v1/status`)).status).toBe(200);
    await Promise.all(fleet.grpc.map(isServing));
  }, 180_000);

  // Whatever keys it held went with the process that died.
  it('lets nothing of whom it erased be read, and all of the others, also in rows that are made anew', async () => {
    const { found, faults } = await judgedCrowd(fleet.url, words, erased);
    expect(faults).toEqual([]);
    expect(found).toMatchObject({ acked: words.length, stored: words.length, doubled: 0 });
    // Somebody who was not erased is found everywhere.
    const person = words.find(({ by }) => by.fate === 'stays')!.by;
    const seen = await judgedCrowd(fleet.url, words, [{ ...erased[0]!, person, askedAt: Infinity, answeredAt: Infinity }]); // prettier-ignore
    expect(seen.found.open).toBeGreaterThan(words.filter(({ by }) => by === person).length);
    const ask = async (path: string, method = 'GET') => (await fetch(fleet.url + path, { method })).json();
    expect(await ask('/v1/ledger/verify')).toMatchObject({ ok: true });
    for (const name of ['identity', 'timeline']) {
      await ask(`/v1/projections/${name}/rebuild`, 'POST');
      await eventually(async () => expect(await ask(`/v1/projections/${name}/diff`)).toMatchObject({ same: true }), { within: 60_000 }); // prettier-ignore
      await fetch(`${fleet.url}/v1/projections/${name}/beside`, { method: 'DELETE' });
    }
  }, 180_000);

  it('hands nothing of them to who reads the topic with every key there is', async () => {
    const records = await recordsOf(fleet.brokers);
    for (const { key, value, headers } of records)
      expect(wanted().look(Buffer.concat([key!, value!, Buffer.from(JSON.stringify(headers))]), 'a record')).toEqual(
        [],
      );
    const keys = await openKeyStore({ url: `file:${join(dir, 'keys', 'keys.sqlite')}`, kek: join(dir, 'keys', 'kek') });
    const events = records.map(decode).flatMap((message) => (message.is === 'event' ? message.event : []));
    const own = events.filter(({ tenant }) => tenant === 'default');
    const opened = new Map((await new Vault(keys).open('default', own)).map((event) => [event.id, event]));
    keys.close();
    expect(gone().length).toBeGreaterThan(6);
    for (const { id } of gone()) expect([id, opened.get(id)]).toMatchObject([id, { erased: true }]);
    for (const { id, by } of gone()) expect(JSON.stringify(opened.get(id), (_, of) => (typeof of === 'bigint' ? Number(of) : of))).not.toContain(by.mark); // prettier-ignore
    for (const { id, text } of words.filter(({ by }) => by.fate === 'stays'))
      expect(opened.get(id)).toMatchObject({ data: { text } });
  }, 120_000);

  it('ends in order, and leaves nothing behind', async () => {
    before = await settled();
    const tree = await treeOf(fleet.pid);
    expect(tree.length).toBeGreaterThan(8);
    fleet.child.kill('SIGTERM');
    expect(await fleet.ended).toMatchObject({ code: 0, signal: null, err: '' });
    expect(await livingOf(tree)).toEqual([]);
  }, 60_000);

  it('has nothing of whom it erased in any file, though their events lie in the segments of the topic', async () => {
    const { found, size } = await lookThrough(dir, wanted());
    expect(found).toEqual([]);
    expect(wanted().look(Buffer.from(fleet.out()), 'what it said')).toEqual([]);
    expect(size).toBeGreaterThan(50_000_000);
    const segments = await lookThrough(join(dir, 'kafka'), lookout(gone().map(({ id }) => id)));
    const held = segments.found.filter(({ where }) => /\/throughline\.ledger\.v1-\d+\/\d{20}\.log$/.test(where));
    expect(new Set(held.map(({ needle }) => needle))).toEqual(new Set(gone().map(({ id }) => id)));
  }, 120_000);

  it(
    'is there again with all that was there',
    async () => {
      fleet = await begin(dir);
      expect(fleet.out()).not.toContain('left behind');
      const { head, checksum, projections } = await settled();
      expect({ head, checksum, projections }).toEqual({ head: before.head, checksum: before.checksum, projections: before.projections }); // prettier-ignore
    },
    withinMs,
  );

  it('goes with whoever started it, however that ended', async () => {
    const tree = await treeOf(fleet.pid);
    fleet.child.kill('SIGKILL');
    await fleet.ended;
    await eventually(async () => expect(await livingOf(tree)).toEqual([]), { within: 60_000 });
  }, 90_000);
});

describe('a fleet that cannot be', () => {
  it('names what is wrong with how it is called', async () => {
    const dir = await temporaryFolder();
    const settings = await launch(dir, [], { HTTP_PORT: 'many', KAFKA_BROKERS: 'one' }).ended;
    expect(settings.code).toBe(2);
    for (const name of ['HTTP_PORT', 'KAFKA_BROKERS']) expect(settings.err).toMatch(new RegExp(`^${name} `, 'm'));
    expect(await launch(dir, ['console=2']).ended).toMatchObject({
      code: 2,
      err: expect.stringContaining('console=2'),
    });
  }, 60_000);

  it('says what to do where there is no Kafka to be had', async () => {
    const dir = await temporaryFolder();
    const nothing = {
      KAFKA_BROKERS: '',
      THROUGHLINE_KAFKA: '',
      JAVA_HOME: '/nowhere',
      DOCKER_HOST: 'tcp://127.0.0.1:1',
    };
    const { code, out, err } = await launch(dir, [], nothing).ended;
    expect(code).toBe(1);
    expect(out).toMatch(
      /^kafka +│ Kafka cannot start\. It needs KAFKA_BROKERS, or Java 17 and Maven \(.*, or Docker \(.*npm start/m,
    );
    expect(`${out}${err}`).not.toMatch(/^\s+at /m);
  }, 120_000);
});
