import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { credentials, Metadata } from '@grpc/grpc-js';
import { migrations as captureMigrations } from '@throughline/capture';
import { LedgerServiceClient, type ReplayResponse } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { migrations as feedMigrations } from '@throughline/feed';
import { newKey } from '@throughline/host';
import { migrations as identityMigrations } from '@throughline/identity';
import { type Ledger, migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { openKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations } from '@throughline/read-model';
import { migrations as accessMigrations } from '@throughline/service';
import { migrations as timelineMigrations } from '@throughline/timeline';
import { type Bench, compete } from './bench.ts';
import { customerOf, draftOf, interactionOf, tenant } from './events.ts';
import { type Report, ratioOf, rowOf, type Slot } from './figures.ts';
import { caughtUp } from './page.ts';
import type { Installation } from './installation.ts';
import { serve } from './serve.ts';

const names = {
  sealed: 'over gRPC, as it is stored',
  opened: 'over gRPC, opened',
  tail: "the ledger's tail, in this process",
} as const;

/** How many events there are, each sealed for itself, and how many customers they are about. */
const [size, customers] = [40_000, 1_000];

/** How many bytes may be on their way to a client: with the usual 64 KiB each answer waits for the one before to be taken. */
const window = 1_048_576;

/** How long a client pauses, and how much the server may grow by then, in MiB: what its garbage collector leaves for later is in it. */
const [pausedMs, mayGrow] = [5_000, 64];

/** All events of a tenant over gRPC, from a timeline in a process of its own; and what a client that pauses costs it. */
export const replay: Bench = async ({ installation, ...setting }) => {
  const { log } = setting;
  await installation.migrate({
    ledger: ledgerMigrations,
    feed: feedMigrations,
    read_model: readModelMigrations,
    identity: identityMigrations,
    capture: captureMigrations,
    access: accessMigrations,
    timeline: timelineMigrations,
  });
  const { service: url, projector: tailUrl } = installation.urls;
  const ledger = await postgresLedger({ url, tailUrl, writer: 'bench' });
  log('filling');
  await fill(ledger, installation.keys);
  const [opening, sealing] = [newKey(), newKey()];
  const served = await serve(installation, 'timeline', { [opening]: ['supervisor', 'analyst', 'operator'], [sealing]: ['analyst'] }); // prettier-ignore
  const client = new LedgerServiceClient(served.grpc!, credentials.createInsecure(), { 'grpc-node.flow_control_window': window }); // prettier-ignore
  try {
    await caughtUp(served, size);
    const slots = await compete(
      [
        { name: names.sealed, run: (seconds) => passes(seconds, () => replayed(client, sealing)) },
        { name: names.opened, run: (seconds) => passes(seconds, () => replayed(client, opening)) },
        { name: names.tail, run: (seconds) => passes(seconds, () => read(ledger)) },
      ],
      setting,
    );
    return reportOf(slots, await grownBy(client, sealing, served.pid));
  } finally {
    client.close();
    await Promise.all([served.stop(), ledger.close()]);
  }
};

const fill = async (ledger: Ledger, place: Installation['keys']): Promise<void> => {
  const keys = await openKeyStore(place);
  const vault = new Vault(keys);
  for (let from = 0; from < size; from += 500) {
    const made = Array.from({ length: 500 }, (_, n) => draftOf(vault, interactionOf(from + n, customerOf(from + n, customers)))); // prettier-ignore
    const sealed = await vault.seal(tenant, made.map(({ draft }) => draft)); // prettier-ignore
    await ledger.append(sealed.map(({ event, sealedUnder }, at) => ({ tenant, stream: made[at]!.stream, expected: 'any', events: [event], sealedUnder }))); // prettier-ignore
  }
  keys.close();
};

const begin = (client: LedgerServiceClient, key: string) => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  return client.replay({ types: [], follow: false }, metadata);
};

/** From the first event on, over and over until the time is over. A latency is the time between two answers. */
const passes = async (seconds: number, begin: () => AsyncIterable<number>): Promise<Slot> => {
  const latencies: number[] = [];
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  let [done, last] = [0, begun];
  while (last < end)
    for await (const events of begin()) {
      done += events;
      const now = performance.now();
      latencies.push(now - last);
      last = now;
      if (last >= end) break;
    }
  return { done, ms: last - begun, latencies };
};

async function* replayed(client: LedgerServiceClient, key: string): AsyncGenerator<number> {
  for await (const answer of begin(client, key)) yield (answer as ReplayResponse).events.length;
}

async function* read(ledger: Ledger): AsyncGenerator<number> {
  for (let after = 0n; ;) {
    const page = await ledger.tail(after, { tenant, limit: 500 });
    if (page.length === 0) return;
    after = page.at(-1)!.position;
    yield page.length;
  }
}

/** What a process holds of the machine's memory, in MiB. */
const memoryOf = async (pid: number): Promise<number> =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024;

/** By how much the server grows at most while a client reads one answer and no more, in MiB. */
const grownBy = async (client: LedgerServiceClient, key: string, pid: number): Promise<number> => {
  const before = await memoryOf(pid);
  let most = before;
  const call = begin(client, key).on('error', () => undefined);
  await new Promise((resolve) => call.once('data', resolve));
  call.pause();
  for (const end = performance.now() + pausedMs; performance.now() < end; await pause(100))
    most = Math.max(most, await memoryOf(pid));
  call.cancel();
  return most - before;
};

const reportOf = (slots: (name: string) => readonly Slot[], grown: number): Report => {
  const rows = Object.values(names).map((name) => rowOf(name, slots(name)));
  return {
    bench: 'replay',
    rows,
    ratios: { [names.tail]: ratioOf(slots(names.sealed), slots(names.tail)) },
    targets: [
      { name: `events a second, ${names.sealed}`, is: rows[0]!.perSecond, atLeast: 30_000 },
      { name: 'MiB that the server grows while a client pauses', is: grown, atMost: mayGrow },
    ],
  };
};
