import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const fileAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const flags = ['--conditions=source', '--import', fileAt('../../../../tools/source.js'), fileAt('../main.ts')];

const parked = {
  id: 'timeline@1:17',
  consumer: 'timeline@1',
  stream: 'handle-1',
  position: 17,
  event: '61f826ad-1133-54ad-9012-47f78c68d33a',
  type: 'NoteWritten',
  since: '2026-05-04T09:30:00Z',
  attempts: 2,
};
const held = {
  id: 'q-1',
  from: 'Zoë\u001b[31m',
  subject: 'Nobody knows',
  file: 'mails/z.mbox#2',
  receivedAt: '2026-05-04T09:30:00Z',
  via: 'email',
  reason: 'has no sender',
  size: 9,
  attempts: 1,
};
const dismissed = { at: '2026-05-05T08:00:00Z', by: 'bo\u001b[31m', reason: 'a copy' };
const answers: Readonly<Record<string, unknown>> = {
  'GET /v1/parked/timeline%401%3A17': { ...parked, error: 'no\u001b[31m such row' },
  'GET /v1/parked/timeline%401%3A18': { ...parked, id: 'timeline@1:18' },
  'GET /v1/parked': { items: [{ id: 'timeline@1:17' }, { id: 'timeline@1:18' }], nextCursor: null },
  'POST /v1/parked/timeline%401%3A17/retry': { waiting: 2 },
  'GET /v1/quarantine?state=open': { items: [held], nextCursor: null },
  'GET /v1/quarantine?state=dismissed': { items: [{ ...held, dismissed }], nextCursor: null },
  'POST /v1/quarantine/q-1/dismiss': { ...held, dismissed },
  'POST /v1/quarantine/q-1/retry': { outcome: 'quarantined', reason: 'has no sender' },
  'POST /v1/quarantine/q-2/retry': { outcome: 'captured' },
  'GET /v1/own-addresses': { items: [{ id: 'o-1', domain: 'acme.example' }], nextCursor: null },
  'DELETE /v1/own-addresses/o-1': {},
};

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(({ method, url = '' }, response) => {
    const answer = answers[`${method} ${url}`] ?? answers[`${method} ${url.replace(/\?.*/, '')}`];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { title: 'There is nothing here', detail: url }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const run = async (...args: string[]) => {
  const child = spawn(process.execPath, [...flags, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', THROUGHLINE_URL: url },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stderr.resume();
  const [out, code] = await Promise.all([text(child.stdout), ended]);
  return { out, code };
};

describe('what was put aside', () => {
  it('is shown with its reason, fit for a terminal, or with what it waits for', async () => {
    const { out, code } = await run('parked', 'show', 'timeline@1:17');
    expect([code, out]).toEqual([0, expect.stringContaining('timeline@1:17: no·[31m such row\nNoteWritten 61f826ad')]);
    expect((await run('parked', 'show', 'timeline@1:18')).out).toContain('waits behind an earlier event');
    expect((await run('parked', 'show', 'timeline@1:19')).code).toBe(1);
  });

  it('ends with 3 where it was tried again and still needs a look', async () => {
    expect(await run('quarantine', 'retry', 'q-1')).toEqual({ out: 'q-1: quarantined, has no sender\n', code: 3 });
    expect((await run('quarantine', 'retry', 'q-2')).code).toBe(0);
  });
});

describe('what is quarantined and nobody wants', () => {
  it('is listed with its sender, subject and file, and needs a look', async () => {
    const { out, code } = await run('quarantine', 'list');
    const facts =
      /^q-1 {2}Zoë·\[31m: Nobody knows\n {2}mails\/z\.mbox#2 · email, 9 bytes · received .+ · has no sender\n$/;
    expect([code, out]).toEqual([3, expect.stringMatching(facts)]);
  });

  it('is dismissed with a reason, and listed where it is asked for', async () => {
    const said = await run('quarantine', 'dismiss', 'q-1', '--reason', 'a copy');
    expect([said.code, said.out]).toEqual([0, expect.stringMatching(/^q-1: dismissed by bo·\[31m, .+: a copy\n$/)]);
    expect((await run('quarantine', 'dismiss', 'q-1')).code).toBe(2);
    const { out, code } = await run('quarantine', 'list', '--state', 'dismissed');
    expect([code, out]).toEqual([0, expect.stringMatching(/ · dismissed by bo·\[31m, .+: a copy \(has no sender\)$/m)]);
    expect((await run('quarantine', 'list', '--state', 'gone')).code).toBe(2);
  });

  it('is dismissed once: of another reason it is told which one stays', async () => {
    const { out, code } = await run('quarantine', 'dismiss', 'q-1', '--reason', 'again');
    const stays = /^q-1: was dismissed before by bo·\[31m, .+: a copy; that reason stays\n$/;
    expect([code, out]).toEqual([1, expect.stringMatching(stays)]);
  });

  it('is dismissed together with others; what became of each is told, and it fails where one is not there', async () => {
    const { out, code } = await run('quarantine', 'dismiss', 'q-2', 'q-1', '--reason', 'a copy');
    expect([code, out]).toEqual([1, expect.stringMatching(/^q-2: .*\nq-1: dismissed by /)]);
    const json = await run('quarantine', 'dismiss', 'q-2', 'q-1', '--reason', 'a copy', '--json');
    expect([json.code, JSON.parse(json.out)]).toMatchObject([
      1,
      {
        results: [
          { id: 'q-2', outcome: 'refused' },
          { id: 'q-1', outcome: 'dismissed', item: { id: 'q-1' } },
        ],
      },
    ]);
  });
});

describe('all that is parked', () => {
  it('is tried again, also where a part of it went with its stream by then', async () => {
    const out = 'timeline@1:17: is tried again, with all that waits in its stream (2)\n';
    expect(await run('parked', 'retry')).toEqual({ out, code: 0 });
    expect((await run('parked', 'retry', 'timeline@1:18')).code).toBe(1);
  });
});

describe('an address of ours', () => {
  it('is removed by what it is as well as by its id', async () => {
    const removed = { out: '{"removed":"o-1"}\n', code: 0 };
    expect(await run('own-addresses', 'remove', 'ACME.example', '--json')).toEqual(removed);
    expect(await run('own-addresses', 'remove', 'o-1', '--json')).toEqual(removed);
    expect(await run('own-addresses', 'remove', 'o-2', '--json')).toEqual({ out: '', code: 1 });
  });
});
