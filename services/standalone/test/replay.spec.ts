import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  LedgerServiceClient,
  type ReplayRequest,
  type ReplayResponse,
} from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { timestampOf } from '@throughline/host';
import { temporaryFolder } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { cli } from './cli.ts';
import { type Captured, interaction } from './made.ts';
import { standalone, type Standalone } from './standalone.ts';

let server: Standalone;
let client: LedgerServiceClient;
let head: number;

beforeAll(async () => {
  server = await standalone();
  const say = told(asking(server.url));
  for (const key of ['one', 'two', 'three']) head = (await say<Captured>('/v1/interactions', { json: interaction(key, { text: `said ${key}`, backfill: true }) })).position; // prettier-ignore
  client = new LedgerServiceClient(server.grpc, credentials.createInsecure());
}, 120_000);
afterAll(async () => {
  client?.close();
  await server?.kill();
});

const replayed = async (from?: ReplayRequest['from']): Promise<ReplayResponse[]> => {
  const answers: ReplayResponse[] = [];
  for await (const answer of client.replay({ from, types: [], follow: false })) answers.push(answer as ReplayResponse);
  return answers;
};
const positions = async (from?: ReplayRequest['from']) => (await replayed(from)).flatMap(({ events }) => events.map(({ position }) => Number(position))); // prettier-ignore
const time = (at: string) => ({ $case: 'time' as const, value: timestampOf(at) });
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n);

type Event = { readonly position: number; readonly recordedat: string };
const tail = async (): Promise<Event[]> =>
  (await told(asking(server.url))<string>('/v1/events')).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Event); // prettier-ignore

describe('a replay over gRPC', () => {
  it('begins at any moment, to the microsecond', async () => {
    const events = await tail();
    for (const { position, recordedat } of events)
      expect(await positions(time(recordedat))).toEqual(upTo(events.length, position));
    expect(await positions(time('2199-01-01T00:00:00Z'))).toEqual([]);
    const refused = await positions(time('2001-01-01T00:00:00Z')).catch((error: ServiceError) => error);
    expect(refused).toMatchObject({ code: status.OUT_OF_RANGE, details: expect.stringContaining('The first event was recorded at') }); // prettier-ignore
  });

  it('names its ledger in its tokens by the hash of the first batch', async () => {
    const { ledger } = await told(asking(server.url))<{ ledger: string }>('/v1/ledger');
    const { resume } = (await replayed()).at(-1)!;
    expect(Buffer.from(resume, 'base64url').toString()).toContain(ledger);
    expect(await positions({ $case: 'resume', value: resume })).toEqual([]);
  });

  it('is read by the example, which goes on where it was', async () => {
    const example = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
    const file = join(await temporaryFolder(), 'token');
    const run = async (): Promise<string> => {
      const env = { ...process.env, THROUGHLINE_GRPC: server.grpc, PROTO: example('proto'), FILE: file };
      const child = spawn(process.execPath, [example('docs/examples/replay.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] }); // prettier-ignore
      const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number]>]);
      expect(code).toBe(0);
      return said;
    };
    const first = await run();
    expect(first.match(/^\d+ InteractionCaptured \{.*said (one|two|three)/gm)).toHaveLength(3);
    expect(await run()).toBe('');
  });
});

describe('the range of an export', () => {
  it('is by positions and by moments, with the hash of the chain where it ends', async () => {
    const ask = told(asking(server.url));
    const events = await tail();
    const [second, last] = [events[1]!, events.at(-1)!];
    const { hash } = await ask<{ hash: string }>(`/v1/ledger/verify?to=${last.position}`);
    const range = await ask('/v1/events/range');
    expect(range).toMatchObject({ tenant: 'default', opened: true, from: 1, to: last.position, chain: { position: last.position, hash } }); // prettier-ignore
    expect(await ask(`/v1/events/range?from=${second.recordedat}&to=${last.recordedat}`)).toMatchObject({ from: 2, to: last.position - 1 }); // prettier-ignore
    expect(await ask('/v1/events/range?from=2199-01-01T00:00:00Z')).toMatchObject({ from: last.position + 1, to: last.position }); // prettier-ignore
  });

  it.each([
    ['to=999', 422, 'There is no event at 999 yet'],
    ['from=999', 422, 'There is no event at 999 yet'],
    ['from=2001-01-01T00:00:00Z', 422, 'The first event was recorded at'],
    ['from=3&to=1', 400, 'to is before from'],
    ['from=yesterday', 400, 'is neither a position nor a moment'],
  ])('refuses %s', async (query, code, detail) =>
    expect(await asking(server.url)(`/v1/events/range?${query}`)).toMatchObject({ status: code, body: { detail: expect.stringContaining(detail) } })); // prettier-ignore
});

describe('an export', () => {
  it('is what the tail tells, with a manifest that the chain bears out', async () => {
    const out = join(await temporaryFolder(), 'events.ndjson');
    const { code, err } = await cli(server.url, 'events', 'export', '--to', String(head), '--out', out);
    expect([code, err]).toEqual([0, '']);
    const lines = (await readFile(out, 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Event); // prettier-ignore
    expect(lines).toEqual((await tail()).slice(0, head));
    const manifest = JSON.parse(await readFile(`${out}.manifest.json`, 'utf8')) as { chain: { position: number; hash: string } }; // prettier-ignore
    expect(manifest).toMatchObject({ tenant: 'default', from: 1, to: head, rows: head, first: 1, last: head, opened: true }); // prettier-ignore
    const { position, hash } = manifest.chain;
    expect(await told(asking(server.url))(`/v1/ledger/verify?to=${position}`)).toMatchObject({ ok: true, hash });
    expect((await cli(server.url, 'events', 'check', out)).code).toBe(0);
  });
});
