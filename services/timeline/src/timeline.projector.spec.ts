import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { decided } from '../test/decided.ts';
import { event, type Said, type World, world } from '../test/world.ts';
import { factsOf } from './fact/fact.query.ts';

const ann = 'email:ann@example.com';
const bo = 'email:bo@acme.example';
const tenants = ['one', 'other'];
const id = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;

let on: World;
beforeAll(async () => {
  on = await world({ limit: 7 });
  for (const tenant of tenants) {
    await live(tenant);
    await erase(tenant);
  }
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

const live = async (tenant: string): Promise<void> => {
  const party = (handle: string) => ({ id: on.vault.handleId(tenant, handle), handle });
  const subject = party(ann).id;
  const said = Array.from({ length: 20 }, (_, n): Said => ({
    at: `2026-05-${String(1 + n).padStart(2, '0')}T09:30:00Z`,
    from: n % 2 ? bo : ann,
    to: n % 2 ? [ann] : [bo],
    agents: [bo],
    text: `words ${n}`,
    channel: n % 3 ? 'chat' : 'email',
    conversation: `c${n % 4}`,
    names: { [ann]: 'Ann Lee' },
    accounts: { [ann]: 'example.com' },
  }));
  const toCome: Said = { ...said[0]!, at: '2099-05-01T09:30:00Z', channel: 'meeting' };
  const [first] = (await on.say(tenant, ...said, toCome)) as [string];
  const conversation = (key: string) => on.vault.conversationId(tenant, 'spec', key);
  const amended = { interaction: first, conversation: conversation('c0'), owners: [subject] };
  await on.append(tenant, streamOf.conversation(conversation('c0')), [
    event('InteractionAmended', { ...amended, change: 'edited', text: 'other words' }),
    event('ConversationsJoined', { into: conversation('c0'), from: conversation('c1'), evidence: [first] }),
    event('SessionEnded', { conversation: conversation('c0'), session: 1, by: 'hand', at: '2026-05-21T00:00:00Z' }),
  ]);
  await on.append(tenant, streamOf.handle(subject), [
    event('HandlesLinked', {
      link: id(1),
      a: party(ann),
      b: party('tel:+14155550100'),
      rule: 'by-hand',
      evidence: [],
      confidence: 1,
    }),
    event('LinkRetracted', { link: id(1), a: subject, b: party('tel:+14155550100').id, subject, reason: 'a mistake' }),
    event('NoteWritten', {
      note: id(2),
      subject,
      decided: 'We replace it.',
      nextStep: { what: 'Call', owner: party(bo) },
    }),
    event('OwnerAssigned', { of: 'customer', subject, owner: party(bo) }),
    event('SubjectErased', { subjects: [party('email:gone@example.com').id], keys: [] }),
  ]);
  await on.append(tenant, streamOf.task(id(3)), [
    event('TaskScheduled', { task: id(3), subject, what: 'Send', owner: party(bo), due: '2026-06-01T00:00:00Z' }),
    event('TaskCompleted', { task: id(3), subject, outcome: 'Sent.' }),
  ]);
  await on.append(tenant, streamOf.policy('session'), [event('SessionPolicySet', { quiet: { chat: 'PT2H' } })]);
  await decide(tenant);
};

// Two of the nouns in turn, so that what names a matter or a delivery comes long after what tells whose it is.
const decide = async (tenant: string): Promise<void> => {
  const { matter, promise, delivery, told, agent } = decided(on, tenant);
  await agent(bo, 'Bo Acme');
  const [screen, bill] = [matter(id(11), ann), matter(id(12), ann)];
  const [summary, contact] = [delivery(id(21), ann, id(30)), delivery(id(22), ann, id(30))];
  await screen.opens();
  await bill.opens();
  await screen.waits(1, { fallback: on.vault.handleId(tenant, bo) });
  await bill.goesTo(1, bo);
  await screen.isOffered(2, bo);
  await screen.goesTo(3, bo);
  await bill.leaves(4, bo, 'a mistake of mine');
  await bill.waits(4);
  const answerDue = promise(id(13), id(11), ann);
  await answerDue.made();
  await answerDue.paused();
  await answerDue.resumed('2026-05-05T15:00:00Z');
  await answerDue.met();
  await screen.closes(5);
  await summary.planned();
  await contact.planned('contact');
  await summary.confirmed();
  await contact.rejected('Ann Lee is not known');
  await screen.isBack(6);
  await screen.goesTo(6, bo);
  await told(ann, id(30), {
    owner: { id: on.vault.handleId(tenant, bo), handle: bo, name: 'Bo' },
    value: { amount: 9 },
  });
  await told(ann, id(30), { deals: [{ name: 'words 1' }] });
};

// What names somebody who is erased comes later as well: from those who did not hear of it yet.
const erase = async (tenant: string): Promise<void> => {
  const { matter, promise } = decided(on, tenant);
  const party = (handle: string) => ({ id: on.vault.handleId(tenant, handle), handle });
  const [gone, left] = ['email:cleo@example.com', 'email:dan@example.com'] as const;
  const subject = party(gone).id;
  await on.say(tenant, { at: '2026-05-22T09:30:00Z', from: gone, to: [left], text: 'a secret', conversation: 'e1', accounts: { [gone]: 'example.com' } }); // prettier-ignore
  await on.say(tenant, {
    at: '2026-05-22T10:30:00Z',
    from: left,
    to: [gone],
    text: 'what dan says',
    conversation: 'e1',
  });
  const fault = matter(id(41), gone);
  await fault.opens();
  await fault.goesTo(1, bo);
  await promise(id(43), id(41), gone).made();
  const keys = await on.keys.ownedBy(tenant, subject);
  await on.append(tenant, streamOf.handle(subject), [
    event('NoteWritten', { note: id(42), subject, decided: 'Never again.' }),
    event('SubjectErased', { subjects: [subject], customer: subject, keys: [...keys] }),
    event('OwnerAssigned', { of: 'customer', subject }),
    event('HandleRemembered', { party: party(gone) }),
  ]);
  await fault.closes(2);
  await on.append(tenant, streamOf.conversation(on.vault.conversationId(tenant, 'spec', 'e1')), [
    event('SessionEnded', { conversation: on.vault.conversationId(tenant, 'spec', 'e1'), session: 1, by: 'hand', at: '2026-05-23T00:00:00Z' }), // prettier-ignore
  ]);
  await on.keys.erase(tenant, [subject], keys);
};

describe('the projections', () => {
  it('keep of somebody who is erased one line', async () => {
    const { rows } = await on.projectorDb.query<{ type: string }>(
      `select l.type from timeline.entry_of_handle l join timeline.erased using (tenant, handle) where tenant = 'one' and customer <> $1`,
      [on.vault.handleId('one', 'email:gone@example.com')],
    );
    expect(rows).toEqual([{ type: 'erased' }]);
    for (const [of, column] of [['contact', 'handle'], ['arrangement_of_handle', 'handle'], ['note', 'subject'], ['matter', 'subject'], ['promise', 'subject'], ['owner', 'subject'], ['tally', 'handle'], ['face', 'party'], ['account_of_handle', 'handle']]) // prettier-ignore
      expect((await on.projectorDb.query(`select from timeline.${of} t join timeline.erased e on e.tenant = t.tenant and e.handle = t.${column}`)).rows).toHaveLength(0); // prettier-ignore
  });

  it('parked nothing', () => {
    for (const { counts, name } of on.followings) expect({ name, parked: counts.parked }).toEqual({ name, parked: 0 });
  });

  it('make the same rows from the beginning again, however the events are cut', async () => {
    for (const limit of [1, 1_000]) {
      const again = await world({ ledger: on.ledger, keys: on.keys, limit });
      try {
        await again.caughtUp();
        for (const [nth, projection] of on.projections.entries())
          for (const tenant of tenants)
            expect(await again.projections[nth]!.checksum(tenant)).toBe(await projection.checksum(tenant));
      } finally {
        await again.close();
      }
    }
  }, 60_000);

  it('come to the same rows beside themselves, which can be swapped in and back while they are read', async () => {
    const { projections, running } = on;
    const before = await Promise.all(projections.map((one) => one.checksum()));
    for (const { rebuild: one } of running) {
      await one.begin();
      for (const act of ['swap', 'rollback', 'swap'] as const) {
        const { tables } = await one.diff();
        expect(tables.filter(({ live, beside }) => live !== beside)).toEqual([]);
        await one[act]();
        expect((await on.read('one', factsOf)).events).toBe(65);
      }
      expect(await one.discard()).toBe(true);
    }
    expect(await Promise.all(projections.map((one) => one.checksum()))).toEqual(before);
  }, 60_000);

  it('count what there is', async () => {
    const facts = await on.read('one', factsOf);
    expect(facts).toMatchObject({ events: 65, interactions: 23, entries: 49 });
    expect(facts.checksum).not.toBe((await on.read('other', factsOf)).checksum);
    expect(await on.read('nobody', factsOf)).toEqual({
      checksum: '0'.repeat(48),
      events: 0,
      interactions: 0,
      entries: 0,
    });
  });

  it('keep nothing that a person wrote, and no name or handle, in clear', async () => {
    const { rows: tables } = await on.projectorDb.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c
       where c.relnamespace = 'timeline'::regnamespace and c.relkind = 'r' and c.relname <> 'migration'`,
    );
    expect(tables.length).toBeGreaterThan(15);
    for (const { name } of tables) {
      const { rows } = await on.projectorDb.query<{ text: string }>(
        `select string_agg(t::text, ' ') as text from ${name} t`,
      );
      const clear = /Ann Lee|Bo Acme|bo@|ann@|example\.com|words \d|other words|We replace|a mistake|4155550100/gi;
      expect({ name, clear: (rows[0]?.text ?? '').match(clear) }).toEqual({ name, clear: null });
    }
  });

  it('show each tenant its own rows alone, and writing is the projector’s', async () => {
    const { rows: tables } = await on.projectorDb.query<{ name: string; forced: boolean; policies: bigint }>(
      `select c.oid::regclass::text as name, c.relrowsecurity and c.relforcerowsecurity as forced,
         (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
       from pg_class c where c.relnamespace = 'timeline'::regnamespace and c.relkind in ('r', 'v', 'm', 'p') and c.relname <> 'migration'`,
    );
    for (const { name, forced, policies } of tables) {
      expect({ name, forced, policies }).toEqual({ name, forced: true, policies: 1n });
      const countAs = async (tenant: string) =>
        (await on.db.asTenant(tenant, (client) => client.query<{ n: bigint }>(`select count(*) as n from ${name}`)))
          .rows[0]!.n;
      const [one, other, nobody] = [await countAs('one'), await countAs('other'), await countAs('nobody')];
      expect({ name, one, nobody }).toEqual({ name, one: other, nobody: 0n });
      expect({ name, some: one > 0n }).toEqual({ name, some: true });
      expect((await on.db.query<{ n: bigint }>(`select count(*) as n from ${name}`)).rows[0]!.n).toBe(0n);
      await expect(on.db.asTenant('one', (client) => client.query(`delete from ${name}`))).rejects.toThrow(
        /permission denied/,
      );
    }
  });
});
