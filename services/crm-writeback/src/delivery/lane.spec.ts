import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { eventually, fakeEndpoint, mishaps, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

const [ann, eve] = ['email:ann@example.com', 'email:eve@example.com'];

describe('a contact in a worker’s hands', () => {
  let on: OnGround;
  const crm = fakeEndpoint();
  beforeEach(async () => {
    await crm.fake.start();
    on = await ground({ leaseMs: 900, timeoutMs: 60_000 });
  });
  afterEach(async () => {
    // First what hangs: a worker waits for what is under way.
    await crm.fake.stop();
    await on.close();
  });

  it('is let go where its deliveries could not be looked at, though the worker has others in hand', async () => {
    crm.contacts.push({ id: '100', mail: 'ann@example.com' }, { id: '200', mail: 'eve@example.com' });
    const settings = crm.settings;
    const id = await on.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings });
    await on.ask(`/v1/connections/${id}/pause`, { method: 'POST' });
    for (const [by, conversation] of [[ann, 'c1'], [eve, 'c2']] as const) {
      await on.say({ by, text: 'Hi', conversation });
      await on.end(conversation);
    } // prettier-ignore
    await on.planned();
    const { ledger } = on;
    const [first] = await on.deliveries();
    const read = ledger.read.bind(ledger);
    ledger.read = async (tenant, stream, how) => {
      if (stream === streamOf.delivery(first!.id)) throw new Error('the ledger is away');
      return read(tenant, stream, how);
    };
    crm.fake.next(mishaps.hangs());
    await on.ask(`/v1/connections/${id}/resume`, { method: 'POST' });
    await eventually(async () => {
      expect(crm.fake.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
      const { rows: lanes } = await on.projectorDb.query('select from writeback.lane where holder is not null');
      expect(lanes).toHaveLength(2);
    });
    ledger.read = read;
    await eventually(
      async () =>
        expect((await on.deliveries()).filter(({ record }) => record === 'activity')).toMatchObject([
          { state: 'confirmed' },
          { state: 'open' },
        ]),
      { within: 20_000 },
    );
  }, 60_000);

  it('is served while another connection hangs, and has another secret by now', async () => {
    crm.contacts.push({ id: '100', mail: 'ann@example.com' });
    const told = { crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings };
    const id = await on.connect(told);
    await on.say({ by: ann, text: 'Hi', conversation: 'c' });
    const asked = crm.fake.asked.length;
    crm.fake.next(mishaps.hangs());
    await on.note(ann, { text: 'Hangs.' });
    await eventually(() => expect(crm.fake.asked.slice(asked).some(({ method }) => method === 'POST')).toBe(true));
    await on.ask(`/v1/connections/${id}/rotate`, { json: { secret: signingKey } });
    const other = await on.connect({ ...told, name: 'other' });
    await on.note(ann, { text: 'For the other one as well.' });
    await eventually(async () =>
      expect(await on.deliveries(`&connection=${other}`)).toMatchObject([{ state: 'confirmed' }]),
    );
  }, 60_000);
});
