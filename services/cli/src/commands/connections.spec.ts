import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const fileAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const flags = ['--conditions=source', '--import', fileAt('../../../../tools/source.js'), fileAt('../main.ts')];

type Asked = { readonly method: string; readonly path: string; readonly body: unknown };

/** Answers as crm-writeback does, and keeps what it was asked. */
describe('throughline connections and writeback', () => {
  let server: Server;
  let url: string;
  const asked: Asked[] = [];
  const answers = new Map<string, unknown>();
  const connection = { id: 'c-1', name: 'hub', crm: 'hubspot', url: 'https://api.hubapi.com', state: 'active' };
  const parked = {
    id: 'd-1',
    customer: 'a-1',
    subject: 'a-2',
    conversation: 'c-1',
    connectionName: 'hub-eu',
    record: 'task',
    state: 'parked',
    attempts: 1,
    plannedAt: '2026-05-04T09:30:00Z',
    reason: 'ContactMissing',
    detail: 'no\u001b[31m contact',
  };

  const run = async (args: readonly string[], input = '') => {
    const child = spawn(process.execPath, [...flags, ...args], {
      env: { ...process.env, NODE_OPTIONS: '', THROUGHLINE_URL: url },
    });
    child.stdin.end(input);
    const [out, err, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once('exit', resolve)),
    ]);
    return { out, err, code };
  };

  beforeEach(async () => {
    asked.length = 0;
    answers.clear();
    answers.set('GET /v1/connections', { items: [connection], nextCursor: null });
    answers.set('POST /v1/connections', connection);
    answers.set('POST /v1/connections/c-1/test', { ok: true, findings: [{ what: 'the key', ok: true }] });
    const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = await text(request);
      const path = (request.url ?? '').replace(/\?.*/, '');
      asked.push({ method: request.method ?? '', path, body: body === '' ? undefined : JSON.parse(body) });
      const answer = answers.get(`${request.method} ${path}`);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { title: 'There is nothing here', detail: path }));
    };
    server = createServer((request, response) => void respond(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void server.close());

  it('takes a secret from standard input, tells none, and tests what it added', async () => {
    const { out, err, code } = await run(
      ['connections', 'add', 'hub', '--crm', 'hubspot', '--secret-file', '-'],
      'pat-secret\n',
    );
    expect([code, err]).toEqual([0, '']);
    expect(asked[0]).toEqual({
      method: 'POST',
      path: '/v1/connections',
      body: { name: 'hub', crm: 'hubspot', secret: 'pat-secret' },
    });
    expect(out).toContain('hub is connected.\nok the key');
    expect(out).not.toContain('pat-secret');
  });

  it('says of one that cannot be written to that it is added, and which option lets it be private', async () => {
    const detail = 'The address must be allowed (allowPrivate).';
    answers.set('POST /v1/connections/c-1/test', {
      ok: false,
      findings: [{ what: 'PrivateAddress', ok: false, detail }],
    });
    const { out, code } = await run(['connections', 'add', 'hub', '--crm', 'http', '--secret-file', '-'], 'whsec_x\n');
    expect([code, out]).toEqual([
      3,
      expect.stringMatching(/^hub is added, and not all is well yet: .+\nNO PrivateAddress: .+\(--allow-private\)\.$/m),
    ]);
    expect(out).not.toContain('connected');
  });

  it('tells what the secret of each kind is', async () => {
    const { out } = await run(['connections', 'add', '--help']);
    for (const told of [/hubspot +the access token of a private app/, /customermates +an API key/, /http +a signing key: whsec_/])
      expect(out).toMatch(told);
  }); // prettier-ignore

  it('pauses by name, and says that a connection needs a look', async () => {
    answers.set('POST /v1/connections/c-1/pause', { ...connection, state: 'paused' });
    expect(await run(['connections', 'pause', 'hub'])).toMatchObject({ code: 0, out: 'hub is paused.\n' });
    answers.set('GET /v1/connections', {
      items: [{ ...connection, state: 'paused', reason: 'CredentialsRefused' }],
      nextCursor: null,
    });
    expect(await run(['connections', 'list'])).toMatchObject({
      code: 3,
      out: expect.stringContaining('CredentialsRefused'),
    });
    expect(await run(['connections', 'resume', 'nobody'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no connection is called nobody'),
    });
  });

  it('says of one that fails now since when, why and what waits; the doctor does as well', async () => {
    const failing = { since: '2026-05-04T09:30:00Z', reason: 'Unreachable', waiting: 3 };
    answers.set('GET /v1/connections', { items: [{ ...connection, failing }], nextCursor: null });
    expect(await run(['connections', 'list'])).toMatchObject({
      code: 3,
      out: expect.stringMatching(/hub +hubspot +active .+ fails since .+2026.*: Unreachable; 3 to be written/),
    });
    answers.set('GET /health/live', {});
    answers.set('GET /v1/status', { ready: true, tenant: 'default', head: 1, counts: {}, projections: [] });
    answers.set('GET /v1/ledger/checkpoints', { items: [], nextCursor: null, contradiction: null });
    for (const list of ['deliveries', 'promises', 'queues', 'projections'])
      answers.set(`GET /v1/${list}`, { items: [], nextCursor: null });
    expect(await run(['doctor'])).toMatchObject({
      code: 3,
      out: expect.stringMatching(
        /✗ connection hub: fails since .+: Unreachable; 3 to be written\n.+connections test hub/,
      ),
    });
  });

  it('removes by name, and says what will not be written', async () => {
    answers.set('DELETE /v1/connections/c-1', { id: 'c-1', unwritten: 0 });
    expect(await run(['connections', 'remove', 'hub', '--yes'])).toMatchObject({ code: 0, out: 'hub is removed.\n' });
    asked.length = 0;
    expect(await run(['connections', 'remove', 'hub'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^error: hub \(hubspot at https:.+\) goes for good with its secret.+: say --yes/),
    });
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
    answers.set('DELETE /v1/connections/c-1', { id: 'c-1', unwritten: 2 });
    const { out } = await run(['connections', 'remove', 'hub', '--yes']);
    expect(out).toMatch(/Dropped, and not written: 2; see `throughline writeback list --state dropped`/);
    const json = await run(['connections', 'remove', 'hub', '--yes', '--json']);
    expect(json).toMatchObject({ code: 0, out: '{"removed":"c-1","unwritten":2}\n' });
    answers.set('GET /v1/connections', { items: [], nextCursor: null });
    expect(await run(['connections', 'remove', 'hub', '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no connection is called hub'),
    });
  });

  it('lists what needs a look, fit for a terminal, and retries all of it', async () => {
    answers.set('GET /v1/deliveries', { items: [parked], nextCursor: null });
    answers.set('GET /v1/gists', { items: [{ of: 'a-2.c-1', erased: true }] });
    const listed = await run(['writeback', 'list', '--state', 'aside']);
    expect(listed).toMatchObject({ code: 3, out: expect.stringContaining('ContactMissing: no·[31m contact') });
    expect(listed.out).toMatch(/^d-1 {2}\(erased\)\n {2}task to hub-eu · planned .+ · parked, tried 1 time · Contact/);
    answers.set('POST /v1/deliveries/d-1/retry', { state: 'open' });
    expect(await run(['writeback', 'retry', '--json'])).toMatchObject({
      code: 0,
      out: '{"results":[{"state":"open"}]}\n',
    });
    expect(await run(['writeback', 'drop', 'd-2'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('/v1/deliveries/d-2'),
    });
  });

  it('are looked at by the doctor, who names the command that helps', async () => {
    answers.set('GET /health/live', {});
    answers.set('GET /v1/status', { ready: true, tenant: 'default', head: 1, counts: {}, projections: [] });
    answers.set('GET /v1/ledger/checkpoints', { items: [], nextCursor: null, contradiction: null });
    for (const list of ['deliveries', 'promises', 'queues', 'projections'])
      answers.set(`GET /v1/${list}`, { items: [], nextCursor: null });
    answers.set('GET /v1/connections', {
      items: [connection, { ...connection, name: 'rests', state: 'paused' }],
      nextCursor: null,
    });
    const well = await run(['doctor']);
    expect(well).toMatchObject({ code: 0, out: expect.stringContaining('✓ connection rests: paused by hand') });
    expect(well.out).not.toContain('connection hub');
    answers.set('GET /v1/connections', {
      items: [{ ...connection, state: 'paused', reason: 'CredentialsRefused', detail: 'no\u001b[31m' }],
      nextCursor: null,
    });
    answers.set('GET /v1/deliveries', { items: [parked, { ...parked, state: 'rejected' }, parked], nextCursor: null });
    const ill = await run(['doctor']);
    expect(ill.code).toBe(3);
    expect(ill.out).toMatch(
      /✗ connection hub: paused CredentialsRefused: no·\[31m\n.+connections rotate hub --secret-file/,
    );
    expect(ill.out).toMatch(
      /✗ deliveries aside: 1 rejected, 2 parked\n.+writeback list --state aside.+writeback retry/,
    );
  });
});
