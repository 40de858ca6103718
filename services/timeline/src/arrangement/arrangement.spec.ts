import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { memoryLedger } from '@throughline/ledger';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { Account } from '../account/account.ts';
import type { Brief } from '../brief/shape.ts';
import type { Customer } from '../customer/customer.ts';

const tenant = 'one';
const [ann, bea, cy, dee] = ['email:ann@a.example', 'email:bea@b.example', 'email:cy@c.example', 'email:dee@d.example'];
const tel = 'tel:+14155550100';
const accounts = { [ann]: 'a.example', [bea]: 'b.example', [cy]: 'c.example', [dee]: 'd.example' };
const meeting = { channel: 'meeting' as const, accounts };

let now = '2026-05-04T12:00:00Z';
let on: Served;
beforeAll(async () => {
  const ledger = memoryLedger({ now: () => BigInt(Date.parse(now)) * 1_000n });
  on = await served({ ledger, now: () => new Date(now) });
  await on.say(
    tenant,
    { at: '2026-05-04T08:00:00Z', from: ann, accounts },
    { at: '2026-05-04T09:00:00Z', from: bea, accounts },
    { at: '2026-05-04T10:00:00Z', from: cy, accounts },
    // Nothing else is known of Dee, nor of another handle of Ann's.
    { at: '2026-05-06T08:00:00Z', from: dee, ...meeting },
    {
      at: '2026-05-07T08:00:00Z',
      from: tel,
      also: { [tel]: [ann] },
      channel: 'in-person',
      accounts: { [tel]: 'a.example' },
    },
    { at: '2026-05-08T08:00:00Z', from: bea, ...meeting },
  );
  await on.caughtUp();
}, 60_000);
afterAll(async () => {
  await on.close();
  await on.ledger.close();
});

const idOf = (handle: string): string => on.vault.handleId(tenant, handle);

/** Pages of a list put together. */
const all = async <Item>(path: string): Promise<Item[]> => {
  const found: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor && `&cursor=${cursor}`;
    const { body } = await on.get<{ items: Item[]; nextCursor: string | null }>(tenant, `${path}limit=1${more}`);
    found.push(...body.items);
    cursor = body.nextCursor;
  }
  return found;
};

const lastOf = async (when = '') => {
  const listed = await all<Customer>('/v1/customers?');
  const asked = await Promise.all(
    listed.map(async ({ id }) => {
      const { body } = await on.get<Customer>(tenant, `/v1/customers/${id}?${when}`);
      const { body: brief } = await on.get<Brief>(tenant, `/v1/customers/${id}/brief?${when}`);
      expect(brief.customer.lastAt).toBe(body.lastAt);
      return [body.handles[0]?.handle, body.lastAt];
    }),
  );
  if (when === '') expect(listed.map(({ handles, lastAt }) => [handles[0]?.handle, lastAt])).toEqual(asked);
  return asked;
};

const lastOfAccounts = async () => (await all<Account>('/v1/accounts?')).map(({ key, lastAt }) => [key, lastAt]);

describe('what is told before it happens', () => {
  it('is not what happened last, of customers nor of accounts, and nobody is left out for it', async () => {
    expect(await lastOf()).toEqual([
      [dee, undefined],
      [cy, '2026-05-04T10:00:00Z'],
      [bea, '2026-05-04T09:00:00Z'],
      [ann, '2026-05-04T08:00:00Z'],
    ]);
    expect(await lastOfAccounts()).toEqual([
      ['d.example', undefined],
      ['c.example', '2026-05-04T10:00:00Z'],
      ['b.example', '2026-05-04T09:00:00Z'],
      ['a.example', '2026-05-04T08:00:00Z'],
    ]);
  });

  it('is so once it has happened, though nothing else comes in', async () => {
    now = '2026-05-08T07:59:00Z';
    expect(await lastOf()).toEqual([
      [ann, '2026-05-07T08:00:00Z'],
      [dee, '2026-05-06T08:00:00Z'],
      [cy, '2026-05-04T10:00:00Z'],
      [bea, '2026-05-04T09:00:00Z'],
    ]);
    now = '2026-05-08T08:00:00Z';
    expect((await lastOf())[0]).toEqual([bea, now]);
    expect((await lastOfAccounts())[0]).toEqual(['b.example', now]);
  });

  it('was not yet at an earlier moment', async () => {
    const then = async (when: string) => Object.fromEntries(await lastOf(when)) as Record<string, string>;
    const before = { [ann]: '2026-05-04T08:00:00Z', [bea]: '2026-05-04T09:00:00Z' };
    expect(await then('recordedAsOf=6')).toMatchObject({ ...before, [dee]: undefined });
    expect(await then('asOf=2026-05-07T09:00:00Z')).toMatchObject({ ...before, [ann]: '2026-05-07T08:00:00Z' });
  });

  it('is not what happened last where it was withdrawn', async () => {
    const about = { conversation: on.vault.conversationId(tenant, 'spec', bea), owners: [idOf(bea)] };
    const of = streamOf.conversation(about.conversation);
    const [interaction] = await on.say(tenant, { at: '2026-05-09T08:00:00Z', from: bea, ...meeting });
    await on.append(tenant, of, [event('InteractionAmended', { ...about, interaction: interaction!, change: 'withdrawn' })]); // prettier-ignore
    await on.caughtUp();
    now = '2026-05-10T08:00:00Z';
    expect((await lastOf())[0]).toEqual([bea, '2026-05-08T08:00:00Z']);
  });

  it('goes with whoever is erased', async () => {
    const rows = async () => {
      const { rows } = await on.projectorDb.query(`select from timeline.arrangement_of_handle where handle = $1`, [
        idOf(bea),
      ]);
      return rows.length;
    };
    expect(await rows()).toBe(2);
    await on.append(tenant, streamOf.handle(idOf(bea)), [event('SubjectErased', { subjects: [idOf(bea)], keys: [] })]);
    await on.caughtUp();
    expect(await rows()).toBe(0);
  });
});
