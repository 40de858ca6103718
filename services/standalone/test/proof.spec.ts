import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerServiceClient, type VerifyResponse } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { temporaryFolder } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { cli, cliJson } from './cli.ts';
import { asSuperuser } from './database.ts';
import { launch, standalone, type Standalone } from './standalone.ts';

const said = (key: string) => ({
  source: 'spec',
  key,
  channel: 'chat',
  direction: 'inbound',
  occurredAt: '2026-05-04T09:30:00Z',
  conversation: key,
  text: 'It cracked.',
  participants: [{ role: 'customer', handle: 'email:ann@example.com' }],
  backfill: true,
});

let server: Standalone;
let head: number;

beforeAll(async () => {
  server = await standalone();
  const say = told(asking(server.url));
  for (const key of ['one', 'two', 'three']) await say('/v1/interactions', { json: said(key) });
  head = (await say<{ position: number }>('/v1/ledger')).position;
}, 120_000);
afterAll(() => server.kill());

/** As somebody does who has the server: past triggers and policies. Answers how it is undone. */
const tamper = async (...statements: readonly string[]): Promise<void> => {
  const db = await asSuperuser(server.dir);
  await db.tx(async (client) => {
    await client.query('set local session_replication_role = replica');
    for (const statement of statements) await client.query(statement);
  });
  await db.close();
};

const verify = (...args: readonly string[]) => cliJson(server.url, ['ledger', 'verify', ...args]);
const found = (...args: readonly string[]) => cliJson(server.url, ['ledger', 'verify', ...args], 1);

describe('the proof of the ledger', () => {
  it('finds nothing where nothing was changed', async () => {
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as unknown as string;
    expect(await verify()).toEqual({ ok: true, from: 1, to: head, hash });
    expect(await verify('--from', '2', '--to', '2')).toEqual({ ok: true, from: 2, to: 2, hash });
    const words = await cli(server.url, 'ledger', 'verify');
    expect([words.code, words.out]).toEqual([0, expect.stringContaining(`Nothing was changed from 1 to ${head}`)]);
    expect((await cli(server.url, 'doctor')).out).toMatch(/^✓ checkpoints: /m);
  });

  it('is the same over gRPC', async () => {
    const client = new LedgerServiceClient(server.grpc, credentials.createInsecure());
    const answer = await new Promise<VerifyResponse>((resolve, reject) =>
      client.verify({}, (error, response) => (error ? reject(error) : resolve(response))),
    );
    client.close();
    expect(answer.verdict).toMatchObject({ $case: 'verified', value: { from: 1n, to: BigInt(head) } });
  });

  it('names the position of one byte that was changed, and is content when it is changed back', async () => {
    const change = (from: string, to: string) =>
      tamper(`update ledger.event set data = replace(data::text, '${from}', '${to}')::json where position = 2`);
    await change('"chat"', '"chit"');
    const reason = 'the event at 2, or the batch itself, was changed';
    expect(await found()).toEqual({ ok: false, position: 2, reason });
    await change('"chit"', '"chat"');
    expect(await verify()).toMatchObject({ ok: true });
  });

  it('sees by what was signed that the tail was cut off', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'signed.json');
    const signed = await cliJson<object>(server.url, ['ledger', 'checkpoint', '--out', file]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(signed);
    expect(await verify('--checkpoint', file)).toMatchObject({ ok: true, to: head });

    const cut = ['event', 'batch'].map((name) => `create table public.cut_${name} as select * from ledger.${name}`);
    await tamper(
      ...cut,
      `delete from ledger.event where position = ${head}`,
      `delete from ledger.batch where last_position = ${head}`,
    );
    const verdict = {
      ok: false,
      position: head,
      reason: expect.stringContaining(`the ledger ends at ${head - 1}`) as unknown as string,
    };
    expect(await found()).toEqual(verdict);
    expect(await found('--checkpoint', file)).toEqual(verdict);
    await tamper(
      `insert into ledger.event select * from public.cut_event where position = ${head}`,
      `insert into ledger.batch select * from public.cut_batch where last_position = ${head}`,
    );
    expect(await verify()).toMatchObject({ ok: true });

    await writeFile(file, (await readFile(file, 'utf8')).replace(/"at": "20/, '"at": "19'));
    const foreign = await cli(server.url, 'ledger', 'verify', '--checkpoint', file);
    expect([foreign.code, foreign.err]).toEqual([1, expect.stringContaining('was not signed by')]);
  });

  it('refuses what it cannot look at', async () => {
    const ask = asking(server.url);
    expect(await ask('/v1/ledger/verify?from=99')).toMatchObject({
      status: 422,
      body: { detail: `There is no event at 99: the ledger ends at ${head}.` },
    });
    expect(await ask('/v1/ledger/verify?from=3&to=2')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/to' }] },
    });
    expect(await ask('/v1/ledger/verify', { json: { checkpoint: { ledger: 'x' } } })).toMatchObject({ status: 422 });
    expect((await cli(server.url, 'ledger', 'verify', '--from', '0')).code).toBe(2);
    expect((await cli(server.url, 'ledger', 'verify', '--checkpoint', '/nowhere')).err).toContain(
      'there is no file /nowhere',
    );
  });

  it('is kept up by itself, and does not start over a key that is gone', async () => {
    const { dir } = server;
    await told(asking(server.url))('/v1/interactions', { json: said('four') });
    await server.stop();
    const kept = await readdir(join(dir, 'checkpoints'));
    expect(kept.some((name) => name.startsWith(String(head + 1).padStart(20, '0')))).toBe(true);
    const key = join(dir, 'keys/checkpoint.pem');
    const text = await readFile(key);
    await rm(key);
    const { code, err } = await launch({ dir, env: {} }).ended;
    expect([code, err]).toEqual([1, expect.stringContaining(`the key of checkpoints ${key} is missing`)]);
    await writeFile(key, text, { mode: 0o600 });
    server = await standalone({ dir });
    expect(await verify()).toMatchObject({ ok: true });
  }, 120_000);

  it('is not whitewashed by what is signed after the chain was written anew', async () => {
    const say = told(asking(server.url));
    const { position } = await cliJson<{ position: number }>(server.url, ['ledger', 'checkpoint']);
    await tamper(
      `delete from ledger.event where position = ${position}`,
      `delete from ledger.batch where last_position = ${position}`,
    );
    for (const key of ['five', 'six', 'seven']) await say('/v1/interactions', { json: said(key) });
    const verdict = { ok: false, position, reason: expect.stringContaining('was written anew after') as unknown };
    expect(await found()).toEqual(verdict);
    expect(await cli(server.url, 'doctor')).toMatchObject({
      code: 3,
      out: expect.stringMatching(/^✗ checkpoints: The ledger does not contain what .* says/m),
    });
    const refused = await cli(server.url, 'ledger', 'checkpoint');
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(
        /nothing tells that it was restored.*Nothing is signed while .*throughline ledger restored/s,
      ),
    ]);
    await server.stop();
    server = await standalone({ dir: server.dir });
    expect(await found()).toEqual(verdict);
  }, 120_000);
});
