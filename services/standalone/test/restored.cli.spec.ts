import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { cliAs, type Status } from './cli.ts';
import { interaction } from './made.ts';
import { type Standalone, standalone } from './standalone.ts';

let server: Standalone;

beforeAll(async () => {
  server = await standalone();
}, 120_000);
afterAll(() => server.kill());

const again = async () => {
  await server.stop();
  server = await standalone({ dir: server.dir });
};
const saidBy = (one: Standalone) => one.out() + one.err();
const sayRestored = (dir: string, ...more: string[]) =>
  cliAs(server.url, { THROUGHLINE_DATA_DIR: dir }, 'ledger', 'restored', '--json', ...more).ended;
/**
 * Appends something, and answers of which epoch that is, once the services have made of it what they make: a copy of now has
 * nothing to append when it starts. It is of now, so that no session is over soon.
 */
const epochOf = async (key: string): Promise<number> => {
  const get = told(asking(server.url));
  await get('/v1/interactions', { json: interaction(key, { occurredAt: new Date().toISOString() }) });
  await eventually(async () => {
    const { head, projections } = await get<Status>('/v1/status');
    expect(projections.map(({ position }) => position)).toEqual(projections.map(() => head));
  });
  return (await get<{ epoch: number }>('/v1/ledger')).epoch;
};

describe('throughline ledger restored', () => {
  it('lets the next start go on in another fork, and only that one', async () => {
    expect(await epochOf('before')).toBe(1);
    await server.stop();
    const unsure = await sayRestored(server.dir);
    expect([unsure.code, unsure.err]).toEqual([2, expect.stringContaining('say --yes')]);
    const { code, out } = await sayRestored(server.dir, '--yes');
    expect([code, JSON.parse(out)]).toEqual([0, { dir: server.dir, running: false }]);
    server = await standalone({ dir: server.dir });
    expect(server.out()).toContain('goes on in another fork');
    expect(await epochOf('after')).toBe(2);
    await again();
    expect(await epochOf('later')).toBe(2);
  }, 180_000);

  it('is told where a copied folder lacks what was signed, and is enough then', async () => {
    const { dir } = server;
    await server.stop();
    await cp(join(dir, 'postgres'), join(dir, 'copied'), { recursive: true });
    server = await standalone({ dir });
    await epochOf('given up');
    // Signs once more.
    await server.stop();
    await rm(join(dir, 'postgres'), { recursive: true });
    await rename(join(dir, 'copied'), join(dir, 'postgres'));
    server = await standalone({ dir });
    await eventually(() => expect(saidBy(server)).toMatch(/nothing tells that it was restored.*throughline ledger restored/)); // prettier-ignore
    const { code, out } = await sayRestored(dir, '--yes');
    expect([code, JSON.parse(out)]).toEqual([3, { dir, running: true }]);
    await again();
    await eventually(() => expect(saidBy(server)).toMatch(/it goes on in another fork after \d+, and what was signed/));
    expect(saidBy(server)).not.toContain('nothing tells that it was restored');
  }, 180_000);

  it('says where there is no data folder', async () => {
    const dir = join(server.dir, 'elsewhere');
    const { code, err } = await sayRestored(dir);
    expect([code, err]).toEqual([1, expect.stringContaining(`there is no data folder at ${dir}`)]);
  }, 60_000);
});
