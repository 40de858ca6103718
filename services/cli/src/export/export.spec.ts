import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { skipBecause, temporaryFolder } from '@throughline/testing';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { Client } from '../client.ts';
import { exportEvents, type Format } from './export.ts';
import { faultOf, type Manifest, manifestOf, readManifest } from './manifest.ts';
import { columns, names } from './row.ts';

const duckdb = await import('@duckdb/node-api').catch(() => undefined);
const withDuckDb = skipBecause(!duckdb && 'needs DuckDB (@duckdb/node-api has no build for this machine)');

const ann = { role: 'customer', handle: 'email:ann@example.com', name: 'Ann "the Lee", 日本' };
const made = (position: number, type: string, time: string, data: object) => ({
  specversion: '1.0',
  id: `00000000-0000-4000-8000-00000000000${position}`,
  source: '/throughline/default/conversation-a',
  type,
  subject: 'conversation-a',
  time,
  datacontenttype: 'application/json',
  position,
  recordedat: `2026-05-05T00:00:00.00000${position}Z`,
  stream: 'conversation-a',
  streamversion: position,
  actor: 'spec',
  data,
});
const said = { channel: 'chat', direction: 'inbound', participants: [ann], text: 'It cracked.\r\nTwice, "really".' };
const events = [
  made(1, 'InteractionCaptured', '2026-05-04T09:30:00.123456Z', said),
  made(2, 'InteractionCaptured', '2026-05-04T09:40:00Z', { ...said, direction: 'outbound', channel: 'email' }),
  made(4, 'SessionEnded', '2026-05-04T10:00:00Z', { session: 1, by: 'hand' }),
];
const range = { tenant: 'default', opened: true, from: 1, to: 4, chain: { ledger: 'a'.repeat(64), epoch: 1, position: 4, hash: 'b'.repeat(64) } }; // prettier-ignore

/** What the stand-in answers: how many of its lines, whether it cuts the connection then, and what it was asked. */
let tells: { lines: object[]; cuts: boolean };
let asked: string[];
const server = createServer((request, response) => {
  asked.push(request.url!);
  if (request.url!.startsWith('/v1/events/range')) return void response.end(JSON.stringify(range));
  const text = tells.lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  response.write(text, () => (tells.cuts ? response.destroy() : response.end()));
});
let client: Client;
let dir: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
beforeEach(async () => {
  dir = await temporaryFolder();
  [tells, asked] = [{ lines: events, cuts: false }, []];
});
afterAll(() => void server.close());

const exported = async (format: Format, filter = {}): Promise<{ out: string; manifest: Manifest }> => {
  const out = join(dir, `events.${format}`);
  return { out, manifest: await exportEvents(client, { out, format, filter }) };
};

describe('an export', () => {
  it('as NDJSON is what the tail tells, byte for byte', async () => {
    const { out, manifest } = await exported('ndjson', { type: 'SessionEnded' });
    expect(await readFile(out, 'utf8')).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    expect(asked).toEqual(['/v1/events/range', '/v1/events?type=SessionEnded&after=0&to=4']);
    expect(manifest).toMatchObject({ ...range, throughlineExport: 1, format: 'ndjson', filter: { type: 'SessionEnded' }, rows: 3, first: 1, last: 4, warning: expect.stringContaining('no erasure') }); // prettier-ignore
    expect(await readManifest(out)).toEqual(manifest);
    expect(await readdir(dir)).toHaveLength(2);
  });

  it('as CSV is read by another reader', async () => {
    const { out } = await exported('csv');
    const rows = parse<Record<string, string>>(await readFile(out), { columns: true });
    expect(Object.keys(rows[0]!)).toEqual(names);
    expect(rows.map(({ position, channel, sealed }) => [position, channel, sealed])).toEqual([['1', 'chat', 'false'], ['2', 'email', 'false'], ['4', '', 'false']]); // prettier-ignore
    expect(JSON.parse(rows[0]!['data']!)).toEqual(said);
  });

  it('as Parquet is read by another reader, to the microsecond', async () => {
    const { out } = await exported('parquet');
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(out), parsers: { timestampFromMicroseconds: (micros: bigint) => micros } }); // prettier-ignore
    const at = BigInt(Date.parse('2026-05-04T09:30:00Z')) * 1_000n;
    expect(rows.map(({ position, time, channel, sealed }) => [position, time, channel, sealed])).toEqual([
      [1n, at + 123_456n, 'chat', false],
      [2n, at + 600_000_000n, 'email', false],
      [4n, at + 1_800_000_000n, null, false],
    ]);
    expect(JSON.parse(rows[0]!['data'] as string)).toEqual(said);
  });

  it('has nothing where there is nothing, and says so', async () => {
    tells = { lines: [], cuts: false };
    for (const format of ['ndjson', 'csv', 'parquet'] as const) {
      const { out, manifest } = await exported(format);
      expect([manifest.rows, manifest.first, await faultOf(out, manifest)]).toEqual([0, null, undefined]);
    }
  });

  it.each(['ndjson', 'csv', 'parquet'] as const)(
    'as %s that breaks off leaves nothing, and what was there before',
    async (format) => {
      // prettier-ignore
      tells = { lines: events.slice(0, 2), cuts: true };
      await expect(exported(format)).rejects.toThrow(/broke off after \d events, and nothing is kept/);
      expect(await readdir(dir)).toEqual([]);
      tells = { lines: events, cuts: false };
      const { out, manifest } = await exported(format);
      tells.cuts = true;
      await expect(exported(format)).rejects.toThrow('broke off');
      expect(await readdir(dir)).toHaveLength(2);
      expect(await faultOf(out, manifest)).toBeUndefined();
    },
  );

  it('takes no event twice, and none out of its range', async () => {
    tells = { lines: [events[0]!, events[0]!], cuts: false };
    await expect(exported('csv')).rejects.toThrow('position 1 does not come after 1');
  });
});

it('has the columns that docs/analysts.md tells of, in that order', async () => {
  const docs = await readFile(new URL('../../../../docs/analysts.md', import.meta.url), 'utf8');
  const rows = docs.matchAll(/^\| (`.+`) \| (integer|moment|flag|text) \|/gm);
  const told = [...rows].flatMap(([, some = '', kind = '']) =>
    [...some.matchAll(/`(\w+)`/g)].map(([, name]): [string, string] => [name!, kind]),
  );
  expect(told).toEqual(Object.entries(columns));
});

describe('a manifest', () => {
  it('tells a file that was changed, cut, or is gone', async () => {
    const { out, manifest } = await exported('ndjson');
    const text = await readFile(out, 'utf8');
    await writeFile(out, text.replace('cracked', 'crackef'));
    expect(await faultOf(out, manifest)).toContain('its bytes were changed');
    await appendFile(out, '\n');
    expect(await faultOf(out, manifest)).toContain('bytes, and had');
    await rm(out);
    expect(await faultOf(out, manifest)).toBe(`there is no file ${out}`);
  });

  it('is asked for by name where there is none, or one of another version', async () => {
    await expect(readManifest(join(dir, 'events.csv'))).rejects.toThrow('events.csv.manifest.json');
    await writeFile(manifestOf(join(dir, 'events.csv')), '{"throughlineExport":2}');
    await expect(readManifest(join(dir, 'events.csv'))).rejects.toThrow('one of a later version');
  });
});

describe('the page for analysts', () => {
  const page = () => readFile(new URL('../../../../docs/analysts.md', import.meta.url), 'utf8');
  const example = (name: string) => readFile(new URL(`../../../../docs/examples/${name}`, import.meta.url), 'utf8');

  it('shows what is run here', async () => expect(await page()).toContain(await example('events.sql')));

  withDuckDb('asks what DuckDB answers of an export', async () => {
    await exported('parquet');
    const connection = await (await duckdb!.DuckDBInstance.create(':memory:')).connect();
    await connection.run(`set file_search_path = '${dir}'`);
    const answers: unknown[] = [];
    for (const statement of (await example('events.sql')).split(/;\s*$/m).filter((one) => /^select/m.test(one)))
      answers.push((await connection.runAndReadAll(statement)).getRowObjectsJson());
    connection.closeSync();
    expect(answers).toEqual([
      [{ day: '2026-05-04', channel: 'chat', interactions: '1' }],
      [{ handle: 'email:ann@example.com', interactions: '2' }],
      [{ minutes: '30' }],
    ]);
  });
});
