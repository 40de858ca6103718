import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, fakeEndpoint, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

const ann = 'email:ann@example.com';

describe('a delivery whose record cannot be made', () => {
  let on: OnGround;
  const crm = fakeEndpoint();
  beforeEach(async () => {
    crm.contacts.splice(0, crm.contacts.length, { id: '100', mail: 'ann@example.com' });
    await crm.fake.start();
    // Whoever leaves it to its lease leaves it for longer than a spec may take.
    on = await ground({ leaseMs: 600_000, mostFailures: 3 });
  });
  afterEach(async () => {
    await on.close();
    await crm.fake.stop();
  });

  /** A talk ended that nobody knows of but the ledger and the deliveries. */
  const unknownTalk = async () => {
    const { url } = crm.fake;
    const id = await on.connect({ crm: 'http', url, secret: signingKey, settings: crm.settings });
    await on.ask(`/v1/connections/${id}/pause`, { method: 'POST' });
    await on.say({ by: ann, text: 'Hi', conversation: 'c1' });
    await on.end('c1');
    await on.planned();
    type Row = { conversation: string; version: number; position: bigint };
    const { rows } = await on.projectorDb.query<Row>(
      'delete from writeback.session returning conversation, version, position',
    );
    await on.ask(`/v1/connections/${id}/resume`, { method: 'POST' });
    return rows[0]!;
  };

  it('waits a moment, says why, and is written as soon as it can be made', async () => {
    const { conversation, version, position } = await unknownTalk();
    await eventually(async () => {
      const { rows } = await on.projectorDb.query('select reason, failures from writeback.lane');
      expect(rows).toEqual([{ reason: 'SessionUnknown', failures: 1 }]);
    });
    await on.projectorDb.query(
      `insert into writeback.session (tenant, conversation, session, version, position) values ('default', $1, 1, $2, $3)`,
      [conversation, version, position],
    );
    expect(await on.settled(20_000)).toMatchObject([
      { record: 'activity', state: 'confirmed', attempts: 1 },
      { record: 'contact', state: 'confirmed' },
    ]);
  });

  it('is parked where that fails again and again, and keeps nothing else of the contact from being written', async () => {
    await unknownTalk();
    expect(await on.settled(20_000)).toMatchObject([
      {
        record: 'activity',
        state: 'parked',
        reason: 'TooManyFailures',
        detail: expect.stringContaining('SessionUnknown'),
      },
      { record: 'contact', state: 'confirmed' },
    ]);
  });
});
