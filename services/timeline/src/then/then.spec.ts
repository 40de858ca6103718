import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { memoryKeyStore } from '@throughline/privacy';
import { dice, history, people } from '../../test/history.ts';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { Entry } from '../entry/entry.ts';

const tenant = 'one';
const events = 400;
const moments = 50;

/** A ledger as it was when it ended at a position, which can be moved on. */
const partOf = (ledger: Ledger) => {
  let end = 0n;
  const wakes = new Set<() => void>();
  return {
    ledger: {
      ...ledger,
      head: async () => end,
      tail: async (after, options) => (await ledger.tail(after, options)).filter(({ position }) => position <= end),
      watch: (wake) => {
        wakes.add(wake);
        return () => wakes.delete(wake);
      },
    } satisfies Ledger as Ledger,
    endsAt: (position: bigint): void => {
      end = position;
      for (const wake of wakes) wake();
    },
  };
};

type Answers = Readonly<Record<string, { readonly status: number; readonly body: unknown }>>;

const pathsOf = (on: Served): string[] => {
  const account = on.vault.accountId(tenant, 'acme');
  const ofOne = (handle: string) => {
    const id = on.vault.handleId(tenant, handle);
    return [
      `/v1/customers/${id}/timeline?type=all&limit=200`,
      `/v1/customers/${id}/timeline?kind=support&channel=email&limit=200`,
      `/v1/brief?handle=${encodeURIComponent(handle)}`,
      `/v1/customers?handle=${encodeURIComponent(handle)}`,
      `/v1/customers/${id}?`,
      `/v1/tasks?customer=${id}&state=all`,
    ];
  };
  return [
    `/v1/customers?account=${account}`,
    `/v1/accounts/${account}/timeline?type=all&limit=200`,
    ...people.flatMap(ofOne),
  ];
};

/** Every answer, without what only says how to go on. */
const answersOf = async (on: Served, when = ''): Promise<Answers> => {
  const answers = pathsOf(on).map(async (path) => {
    const { status, body, headers } = await on.get(tenant, `${path}${when}`);
    const { nextCursor: _, position, ...told } = body;
    const shown = path.startsWith('/v1/brief') ? { ...told, position } : told;
    return [path, status === 308 ? { status, body: headers.get('location')!.split('?')[0] } : { status, body: shown }];
  });
  return Object.fromEntries(await Promise.all(answers)) as Answers;
};

describe('what was known', () => {
  const roll = dice(7);
  const ends = Array.from({ length: moments }, () => BigInt(1 + roll(events))).toSorted((a, b) => Number(a - b));
  const snapshots = new Map<bigint, Answers>();
  const [ledger, keys] = [memoryLedger(), memoryKeyStore()];
  let now: Served;
  let told: ReturnType<typeof history>;
  beforeAll(async () => {
    now = await served({ ledger, keys });
    told = history(now, tenant, 11);
    for (let n = 0; n < events; n += 1) await told.goesOn();
    const part = partOf(ledger);
    let at = new Date();
    const then = await served({ ledger: part.ledger, keys, now: () => at });
    for (const end of ends) {
      part.endsAt(end);
      at = new Date((await ledger.tail(end - 1n, { limit: 1 }))[0]!.recordedAt);
      await then.caughtUp();
      snapshots.set(end, await answersOf(then));
    }
    await then.close();
    await now.caughtUp();
  }, 300_000);
  afterAll(async () => {
    await now.close();
    await ledger.close();
    keys.close();
  });

  it('is answered at every position as it was answered then', async () => {
    for (const [end, snapshot] of snapshots) expect([end, await answersOf(now, `&recordedAsOf=${end}`)]).toEqual([end, snapshot]); // prettier-ignore
  }, 300_000);

  it('stays what it was, whatever is told later', async () => {
    for (let n = 0; n < 20; n += 1) await told.goesOn();
    await now.caughtUp();
    for (const end of ends.slice(-10))
      expect([end, await answersOf(now, `&recordedAsOf=${end}`)]).toEqual([end, snapshots.get(end)]);
  }, 120_000);

  it('is so for the world of a moment as well, which by itself may change', async () => {
    const asOf = told.now();
    const position = await now.ledger.head();
    const known = `&asOf=${asOf}&recordedAsOf=${position}`;
    const [before, alone] = [await answersOf(now, known), await answersOf(now, `&asOf=${asOf}`)];
    const entriesOf = (answers: Answers) => (answers[pathsOf(now)[0]!]!.body as { items: Entry[] }).items;
    expect(entriesOf(alone)).toEqual(entriesOf(before));
    const at = new Date(Date.parse(asOf) - 60_000).toISOString();
    for (const from of people) await now.say(tenant, { at, from, to: ['email:bo@acme.example'], text: 'told late' });
    await now.caughtUp();
    expect(await answersOf(now, known)).toEqual(before);
    const later = await answersOf(now, `&asOf=${asOf}`);
    const first = pathsOf(now).find((path) => before[path]?.status === 200)!;
    expect(later[first]).not.toEqual(before[first]);
  }, 60_000);

  it('is of nobody who is erased, at any moment', async () => {
    const end = ends.at(-1)!;
    const subjects = people.map((handle) => now.vault.handleId(tenant, handle));
    const asked = () =>
      Promise.all(subjects.map((id) => now.get(tenant, `/v1/customers/${id}/timeline?type=all&recordedAsOf=${end}`)));
    expect(JSON.stringify(await asked())).toMatch(/words \d/);
    await now.append(tenant, streamOf.handle(subjects[0]!), [event('SubjectErased', { subjects, keys: [] })]);
    await now.caughtUp();
    const after = await asked();
    expect(after.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 308, 308, 308]);
    expect(after.find(({ status }) => status === 200)?.body).toMatchObject({ items: [], nextCursor: null });
    // An organisation's timeline has what they wrote for as long as there are keys.
    const owned = await Promise.all(subjects.map((id) => keys.ownedBy(tenant, id)));
    await keys.erase(tenant, subjects, owned.flat());
    const told = await answersOf(now, `&recordedAsOf=${end}`);
    expect(JSON.stringify(told)).not.toMatch(/Dee|Ann|words \d|step \d|decision \d/);
  }, 60_000);
});
