import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { cli, cliJson } from './cli.ts';
import { asSuperuser } from './database.ts';
import { interaction } from './made.ts';
import { standalone, type Standalone } from './standalone.ts';

type Projection = {
  readonly name: string;
  readonly position: number;
  readonly beside?: { readonly is: string; readonly position: number; readonly state: string; readonly error?: string };
};
type Difference = {
  readonly same: boolean;
  readonly tables: readonly { readonly name: string; readonly same: boolean }[];
};

let server: Standalone;
beforeAll(async () => {
  server = await standalone();
  await captured('first', 200);
}, 120_000);
afterAll(() => server.kill());

const captured = async (key: string, n: number): Promise<void> => {
  const participants = (nth: number) => [{ role: 'customer' as const, handle: `email:p${nth % 50}@lee.example` }];
  const interactions = Array.from({ length: n }, (_, nth) =>
    interaction(`${key}-${nth}`, { backfill: true, participants: participants(nth) }),
  );
  await told(asking(server.url))('/v1/interactions:batch', { json: interactions });
};
const projections = <Answer>(...args: readonly string[]) => cliJson<Answer>(server.url, ['projections', ...args]);
const refused = async (...args: readonly string[]) => {
  const { code, err } = await cli(server.url, 'projections', ...args);
  return { code, err };
};
const timeline = async (): Promise<Projection> =>
  (await projections<{ items: readonly Projection[] }>('list')).items.find(({ name }) => name === 'timeline')!;
const customers = () => told(asking(server.url))<{ items: readonly unknown[] }>('/v1/customers?limit=100');

describe('a projection that is rebuilt', () => {
  it('shows what is wrong with the live rows, mends them by a swap, and brings them back by a roll-back', async () => {
    const db = await asSuperuser(server.dir);
    await eventually(async () => expect((await customers()).items).toHaveLength(50));
    await db.query('delete from timeline.contact');
    await db.close();
    expect((await customers()).items).toEqual([]);
    await projections('rebuild', 'timeline', '--workers', '8');
    const differing = await cliJson<Difference>(server.url, ['projections', 'diff', 'timeline'], 3);
    expect(differing.tables.filter(({ same }) => !same).map(({ name }) => name)).toEqual(['timeline.contact']);

    expect(await projections('swap', 'timeline')).toMatchObject({ beside: { is: 'previous' } });
    expect((await customers()).items).toHaveLength(50);
    expect((await refused('swap', 'timeline')).err).toContain('roll back to it, or rebuild');
    await projections('rollback', 'timeline');
    expect((await customers()).items).toEqual([]);
    await projections('swap', 'timeline');
    expect(await cli(server.url, 'projections', 'list')).toMatchObject({
      code: 0,
      out: expect.stringContaining('previous') as unknown,
    });
  }, 120_000);

  it('goes on after the process was killed in the middle of it', async () => {
    const db = await asSuperuser(server.dir);
    await projections('rebuild', 'timeline');
    // It stands still, as in the middle of a longer ledger.
    await db.query(`create function public.full() returns trigger language plpgsql as $$ begin
      raise exception 'No space left on device' using errcode = '53100'; end $$`);
    await db.query(
      'create trigger full_disk before insert on timeline_beside.entry for each row execute function public.full()',
    );
    await captured('second', 100);
    await eventually(async () =>
      expect((await timeline()).beside).toMatchObject({ state: 'failing', error: '53100: No space left on device' }),
    );
    expect((await refused('swap', 'timeline')).err).toContain('has not caught up with it yet');
    await db.close();
    const { dir } = server;
    await server.kill();

    server = await standalone({ dir });
    const again = await asSuperuser(dir);
    const { beside } = await timeline();
    expect(beside!.position).toBeGreaterThanOrEqual(200);
    await again.query('drop function public.full() cascade');
    await again.close();
    await eventually(async () => {
      const { position, beside: now } = await timeline();
      expect([position, now?.position]).toEqual([expect.any(Number), position]);
    });
    expect(await projections<Difference>('diff', 'timeline')).toMatchObject({ same: true });
    await projections('discard', 'timeline');
    expect((await timeline()).beside).toBeUndefined();
  }, 240_000);

  it('is one that there is, and none that does things', async () => {
    expect(await refused('rebuild', 'nothing')).toEqual({
      code: 1,
      err: expect.stringContaining('Rebuilt are timeline, identity, search.') as unknown,
    });
    expect((await refused('rebuild', 'timeline', '--workers', 'many')).err).toContain('workers');
    expect((await refused('rebuild', 'timeline', '--workers', '33')).err).toContain('workers');
    expect((await refused('rebuild', 'routing.reactor')).err).toContain('must not do that again');
    for (const act of ['diff', 'swap', 'rollback'])
      expect((await refused(act, 'identity')).err).toContain(
        'Nothing stands beside identity: a rebuild puts it there.',
      );
    expect((await refused('discard', 'identity')).err).toContain('Nothing');
  }, 120_000);
});
