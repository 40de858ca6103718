import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeCustomermates, mishaps } from '@throughline/testing';
import { activity, crmContract, type Ground, persistently, task } from '../../test/crm.contract.ts';
import { opened } from '../../test/opened.ts';
import { customermates } from './customermates.ts';

type Own = Pick<ReturnType<typeof fakeCustomermates>, 'contacts' | 'tasks' | 'state'>;

const ground = async (): Promise<Ground & Own> => {
  const { fake, contacts, tasks, deals, state, addContact } = fakeCustomermates();
  await fake.start();
  const { session, close } = opened(customermates, { fake, secret: 'key-1' });
  const valueOf = (id: string, column: string) =>
    contacts.find((one) => one.id === id)?.values.find(({ columnId }) => columnId === column)?.value ?? undefined;
  return {
    fake,
    // Its own patience would make specs slow.
    session: { ...session, settlesWithinMs: 300 },
    contacts,
    tasks,
    state,
    close,
    revoke: () => (state.key = 'key-2'),
    lag: (ms) => (state.lagMs = ms),
    addContact: (mail) => addContact({ mail: mail.replace('ann', 'Ann') }),
    removeContact: (id) => (contacts.find((one) => one.id === id)!.gone = true),
    kept: (reference) => [
      ...contacts.flatMap(({ notes }) => notes.split(reference).slice(1).map(() => notes)), // prettier-ignore
      ...tasks.filter(({ values }) => values.some(({ value }) => value === reference)).map(({ name }) => name),
    ],
    shown: (id) => ({
      lastContact: valueOf(id, 'c-last'),
      lastMeeting: valueOf(id, 'c-met'),
      nextStep: valueOf(id, 'c-next'),
    }),
    knownContact: () => {
      deals.push({
        id: 'd-1',
        name: 'Fifty laptops',
        totalValue: 50_000,
        services: [{ name: 'Laptop 14', amount: 1499 }],
      });
      const values = [
        { columnId: 'c-tier', value: 'gold' },
        { columnId: 'c-renewal', value: '2026-12-01' },
      ];
      const contact = addContact({ mail: 'x@example.com', users: ['u-bo'], deals: ['d-1'], values });
      const owner = { handle: 'email:bo@acme.example', name: 'Bo Berg' };
      const deal = {
        deals: [{ name: 'Fifty laptops', amount: 50_000 }],
        purchases: [{ product: 'Laptop 14', amount: 1499 }],
      };
      return { contact, context: { owner, tier: 'gold', renewal: '2026-12-01', ...deal } };
    },
  };
};

crmContract('Customermates', ground);

describe('Customermates', () => {
  let on: Ground & Own;
  beforeEach(async () => {
    on = await ground();
  });
  afterEach(() => on.close());

  it('keeps the notes that people wrote', async () => {
    const contact = on.addContact('ann@example.com');
    const one = on.contacts.find(({ id }) => id === contact)!;
    one.notes = 'Likes tea.';
    await persistently(on.session, activity());
    await persistently(on.session, { is: 'contact', reference: 'r', lastContact: '2026-05-04T09:50:00Z' });
    expect(one.notes).toMatch(/^Likes tea\.\n\n\*\*Chat: broken screen\*\*/);
  });

  it('tells a failure from a wrong key, though both are a 500', async () => {
    on.addContact('ann@example.com');
    on.fake.next(mishaps.refuses(500));
    const record = task();
    await persistently(on.session, record);
    expect(on.kept(record.reference)).toHaveLength(1);
    on.revoke();
    await expect(persistently(on.session, task())).rejects.toMatchObject({ code: 'CredentialsRefused' });
  });

  it('shows the date of a task in its name where there is no column for it', async () => {
    on.addContact('ann@example.com');
    on.state.columns.tasks = on.state.columns.tasks.filter(({ label }) => label !== 'Due');
    await persistently(on.session, task());
    expect(on.tasks[0]).toMatchObject({
      name: 'Send a courier — Bo (bo@acme.example), by 2026-05-05T10:00:00Z',
      userIds: ['u-bo'],
    });
  });

  it('blames the connection where the column for references is missing', async () => {
    on.addContact('ann@example.com');
    on.state.columns.tasks = [];
    await expect(persistently(on.session, task())).rejects.toMatchObject({ kind: 'connection', code: 'FieldsMissing' });
    expect((await on.session.test(false)).find(({ ok }) => !ok)?.detail).toContain('“Throughline ref”');
  });

  it('takes a bare string of a refusal for the reason', async () => {
    on.addContact('ann@example.com');
    await expect(persistently(on.session, task({ what: '' }), { remote: 'unknown' })).rejects.toMatchObject({
      kind: 'rejected',
      detail: expect.stringContaining('Task not found'),
    });
  });
});
