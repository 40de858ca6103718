import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { hasSaid, runSource } from '@throughline/testing';
import { type Bench, compete, type Contestant, type Setting } from './bench.ts';
import { rowOf, type Slot } from './figures.ts';
import { poster } from './wire.ts';

const names = { standalone: 'in one process', fleet: 'apart, over Kafka' } as const;
const perSecond = 500;
/** Every so many milliseconds some are sent: a timer for each would come late by more than that. */
const tickMs = 10;
const customers = 50;
/** The timelines of so many of them are watched. */
const watched = 5;
const readyWithinMs = 600_000;
const arrivesWithinMs = 60_000;
/** How long each runs unmeasured: a whole product takes longer than a part of it until its code is compiled. */
const warmUpSeconds = 20;

/**
 * From the moment at which an interaction was to be sent until its customer's open timeline shows it, over HTTP at 500 a
 * second: in one process, then apart. Each alone: what is idle polls as well, and there are few processors.
 */
export const latency: Bench = async ({ installation: { dir }, ...setting }) => {
  const slots = { standalone: await alone('standalone', dir, setting), fleet: await alone('fleet', dir, setting) };
  const [together, apart] = [rowOf(names.standalone, slots.standalone), rowOf(names.fleet, slots.fleet)];
  return {
    bench: 'latency',
    rows: [together, apart],
    ratios: { [names.standalone]: together.p99Ms / apart.p99Ms },
    targets: [
      { name: `p99 ${names.standalone}`, is: together.p99Ms, atMost: 100 },
      { name: `p99 ${names.fleet}`, is: apart.p99Ms, atMost: 250 },
    ],
  };
};

/** One installation from its start to its end. */
const alone = async (
  service: keyof typeof names,
  dir: string,
  setting: Omit<Setting, 'installation'>,
): Promise<readonly Slot[]> => {
  setting.log(`starting ${service}`);
  const main = new URL(`../../services/${service}/src/main.ts`, import.meta.url);
  const env = { THROUGHLINE_DATA_DIR: join(dir, service), HTTP_PORT: '0', GRPC_PORT: '0', METRICS_PORT: 'off' };
  const running = runSource(main, [], env);
  try {
    await hasSaid(running, /^ {2}data /m, readyWithinMs);
    const [, url = ''] = /^ {2}console {2}(\S+)\/$/m.exec(running.out()) ?? [];
    const name = names[service];
    const run = await shown(url);
    await run(warmUpSeconds);
    const slotsOf = await compete([{ name, run }], setting);
    return slotsOf(name);
  } finally {
    running.child.kill('SIGTERM');
    await running.ended;
  }
};

const handleOf = (customer: number): string => `email:c${customer}@example.com`;
const bodyOf = (key: string, customer: number): string =>
  JSON.stringify({
    source: 'bench',
    key,
    channel: 'chat',
    direction: 'inbound',
    occurredAt: new Date().toISOString(),
    conversation: `${customer}`,
    text: `Is there any news of number ${key}?`,
    participants: [{ role: 'customer', handle: handleOf(customer), name: `Customer ${customer}` }],
  });

/** Makes the customers, watches some, and answers how a round of it is run. */
const shown = async (url: string): Promise<Contestant['run']> => {
  const line = poster(url, '/v1/interactions');
  const post = async (asked: string): Promise<{ id: string; position: number }> => {
    const { status, body } = await line.post(asked);
    if (status !== 201) throw new Error(`${status} ${body}`);
    return JSON.parse(body) as { id: string; position: number };
  };
  const seen = new Map<string, number>();
  for (let customer = 0; customer < customers; customer += 1) {
    const { position } = await post(bodyOf(`first of ${customer}`, customer));
    if (customer < watched) await watch(url, customer, position, (id) => seen.set(id, performance.now()));
  }
  let sent = 0;
  return async (seconds) => {
    const begun = performance.now();
    const waiting: Promise<number | undefined>[] = [];
    for (let due = begun; due < begun + seconds * 1_000; due += tickMs) {
      await pause(Math.max(0, due - performance.now()));
      for (let nth = 0; nth < (perSecond * tickMs) / 1_000; nth += 1) waiting.push(one(post, seen, (sent += 1), due));
    }
    const latencies = (await Promise.all(waiting)).filter((ms) => ms !== undefined);
    return { done: waiting.length, ms: performance.now() - begun, latencies } satisfies Slot;
  };
};

/** How long one took to be shown; undefined of one that nobody watches. */
const one = async (
  post: (body: string) => Promise<{ id: string }>,
  seen: ReadonlyMap<string, number>,
  sent: number,
  due: number,
): Promise<number | undefined> => {
  const customer = sent % customers;
  const { id } = await post(bodyOf(String(sent), customer));
  if (customer >= watched) return undefined;
  for (const deadline = performance.now() + arrivesWithinMs; performance.now() < deadline; await pause(50)) {
    const at = seen.get(id);
    if (at !== undefined) return at - due;
  }
  throw new Error(`${id} was acknowledged and is not shown`);
};

/** Hears each entry of a customer as its timeline shows it. */
const watch = async (url: string, customer: number, from: number, hear: (id: string) => void): Promise<void> => {
  const known = await fetch(`${url}/v1/customers?handle=${handleOf(customer)}&minPosition=${from}`);
  const { items } = (await known.json()) as { items: { id: string }[] };
  const asked = request(`${url}/v1/customers/${items[0]!.id}/timeline/stream?after=${from}`, { agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const lines = createInterface({ input: answer });
  // It ends with whoever serves it.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    if (line.startsWith('data: {')) hear((JSON.parse(line.slice(6)) as { id: string }).id);
  });
};
