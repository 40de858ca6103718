import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '@throughline/testing';
import { asking, told, type Told, withQuery } from './asking.ts';
import { cliAs } from './cli.ts';
import { type Captured, interaction } from './made.ts';
import type { Brief } from './shapes.ts';
import { launch, type Standalone, standalone } from './standalone.ts';

let server: Standalone;
let get: Told;

beforeAll(async () => {
  server = await standalone();
  get = told(asking(server.url));
}, 120_000);
afterAll(() => server.kill());

const kek = async (...args: string[]) => {
  const { code, out, err } = await cliAs(server.url, { THROUGHLINE_DATA_DIR: server.dir }, 'kek', ...args, '--json').ended; // prettier-ignore
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as { wrapped: number; forgotten: string[]; items: { id: string; keys: number }[] };
};

const says = async (name: string): Promise<void> => {
  const participants = [{ role: 'customer' as const, handle: `email:${name}@example.com`, name }];
  const { position } = await get<Captured>('/v1/interactions', { json: interaction(name, { participants }) });
  expect(await nameOf(name, position)).toBe(name);
};
const nameOf = async (name: string, minPosition = 0) =>
  (await get<Brief>(withQuery('/v1/brief', { handle: `email:${name}@example.com`, minPosition }))).customer.name;

describe('throughline kek', () => {
  it('rotates the key-encryption key while Throughline works, and no event is written anew', async () => {
    await says('ann');
    const { wrapped, items } = await kek('rotate');
    expect(wrapped).toBeGreaterThan(0);
    expect(items.map(({ keys }) => keys)).toEqual([0, wrapped]);
    await says('bo');
    const old = items[0]!.id;
    expect((await kek('forget')).forgotten).toEqual([old]);
    expect((await readFile(join(server.dir, 'keys/kek'), 'utf8')).trim().split('\n')).toHaveLength(1);
    await says('cleo');
    expect(await get<{ ok: boolean }>('/v1/ledger/verify')).toMatchObject({ ok: true });
    await server.stop();
    server = await standalone({ dir: server.dir });
    get = told(asking(server.url));
    for (const name of ['ann', 'bo', 'cleo']) expect(await nameOf(name)).toBe(name);
  }, 120_000);

  it('lets nothing start with another key-encryption key, and names the file', async () => {
    await server.stop();
    const file = join(server.dir, 'keys/kek');
    const right = await readFile(file, 'utf8');
    await writeFile(file, Buffer.alloc(32, 7).toString('base64'));
    const { code, err } = await launch({ dir: server.dir, env: {} }).ended;
    expect([code, err]).toEqual([1, expect.stringContaining(`${file} does not hold the key-encryption key`)]);
    await expect(kek('status')).rejects.toThrow(file);
    await writeFile(file, right);
  }, 120_000);

  it('keeps it where KEYS_KEK says, and lets a folder start with no other', async () => {
    const dir = await temporaryFolder();
    const kms = join(await temporaryFolder(), 'kms');
    // As a KMS would, in a way that can be taken back: what is wrapped is not what was given.
    await writeFile(kms, '#!/bin/sh\nrev\n', { mode: 0o700 });
    const { code, err } = await launch({ dir, env: { KEYS_KEK: `exec:${kms}.none` } }).ended;
    expect([code, err]).toEqual([1, expect.stringContaining(`the program ${kms}.none`)]);
    await (await standalone({ dir, env: { KEYS_KEK: `exec:${kms}` } })).stop();
    expect(existsSync(join(dir, 'keys/kek'))).toBe(false);
    const own = await launch({ dir, env: {} }).ended;
    expect([own.code, own.err]).toEqual([1, expect.stringMatching(/keys\/kek does not hold .* exec: and the program/)]);
    expect(existsSync(join(dir, 'keys/kek'))).toBe(false);
    await (await standalone({ dir, env: { KEYS_KEK: `exec:${kms}` } })).stop();

    const begunWithOwn = await launch({ dir: server.dir, env: { KEYS_KEK: `exec:${kms}` } }).ended;
    expect(begunWithOwn.code).toBe(1);
    expect(begunWithOwn.err).toContain(`${kms} does not hold the key-encryption key`);
    expect(begunWithOwn.err).toContain(`keys of ${join(server.dir, 'keys/keys.sqlite')} lie`);
    expect(begunWithOwn.err).toContain('kek beside them');
  }, 240_000);

  it('makes no store where there is none', async () => {
    const dir = join(server.dir, 'elsewhere');
    const { code, err } = await cliAs(server.url, { THROUGHLINE_DATA_DIR: dir }, 'kek', 'rotate').ended;
    expect([code, err]).toEqual([1, expect.stringContaining(`there is no key store at ${dir}`)]);
  }, 60_000);
});
