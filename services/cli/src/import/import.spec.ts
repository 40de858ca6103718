import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@throughline/testing';
import { Client, Unreachable } from '../client.ts';
import { Refused } from '../refused.ts';
import { runImport } from './import.ts';
import { asItIs } from './mapping.ts';
import { filesOf } from './source.ts';

const fileAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const flags = ['--conditions=source', '--import', fileAt('../../../../tools/source.js'), fileAt('../main.ts')];

/** What the stand-in does with the mail or the batch that has the word `fault` in it, and how often; all else is captured. */
let fault: 'answers 500' | 'cuts';
let faults: number;
const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
  if (body.includes('fault')) {
    faults += 1;
    if (fault === 'cuts') return void response.destroy();
    return void response.writeHead(500).end(JSON.stringify({ detail: 'This is a fault of the server.' }));
  }
  const results = () => (JSON.parse(body) as object[]).map(() => ({ outcome: 'captured' }));
  response.end(JSON.stringify(request.url!.includes(':batch') ? { results: results() } : { outcome: 'captured' }));
};
const server = createServer((request, response) => void respond(request, response));
let client: Client;
let dir: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
beforeEach(async () => {
  [dir, faults] = [await temporaryFolder(), 0];
});
afterAll(() => void server.close());

const imported = async () => {
  const told = { mapping: asItIs, backfill: true, dryRun: false, onProgress: () => {}, onComplaint: () => {} };
  return runImport({ client, files: await filesOf([dir]), ...told, onMail: () => {} });
};
const record = (key: string): string => JSON.stringify({ key, participants: [] });
const nothing = { read: 0, captured: 0, duplicate: 0, quarantined: 0, rejected: 0 };

describe('an import that cannot go on', () => {
  it.each(['answers 500', 'cuts'] as const)('says at which mail, and what came in: the server %s', async (what) => {
    fault = what;
    for (let n = 10; n < 90; n += 1)
      await writeFile(join(dir, `${n}.eml`), n < 30 ? 'Subject: x\n' : 'Subject: fault\n');
    const { counts, stopped } = await imported();
    // Eight are on their way at once: whichever of them failed first.
    expect(stopped).toEqual({
      at: expect.stringMatching(/3[0-7]\.eml$/),
      error: expect.any(what === 'cuts' ? Unreachable : Refused),
    });
    expect(counts).toEqual({ ...nothing, read: 20, captured: 20 });
    expect(faults).toBeLessThanOrEqual(8);
  });

  it('says at which lines of a file', async () => {
    fault = 'answers 500';
    const lines = Array.from({ length: 600 }, (_, at) => record(at === 520 ? 'fault' : `k${at}`));
    await writeFile(join(dir, 'all.ndjson'), lines.join('\n'));
    const file = join(dir, 'all.ndjson');
    const { counts, stopped } = await imported();
    expect(stopped).toMatchObject({ at: `${file}:501 to ${file}:600`, error: { status: 500 } });
    expect(counts).toEqual({ ...nothing, read: 500, captured: 500 });
  });

  it('ends with the counts, the place and the fault, and not with 0', async () => {
    fault = 'answers 500';
    const file = join(dir, 'all.ndjson');
    await writeFile(file, record('fault'));
    const child = spawn(process.execPath, [...flags, 'import', file, '--url', client.url], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const ended = once(child, 'close');
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(await ended).toEqual([1, null]);
    expect(out).toBe('0 read: 0 captured, 0 already known, 0 quarantined, 0 rejected.\n');
    expect(err).toContain(`stopped at ${file}:1: `);
    expect(err).toContain('throughline: This is a fault of the server.');
  }, 30_000);

  it('says nothing of a stop where all came in', async () => {
    await writeFile(join(dir, 'one.eml'), 'Subject: x\n');
    expect(await imported()).toEqual({ counts: { ...nothing, read: 1, captured: 1 } });
  });
});
