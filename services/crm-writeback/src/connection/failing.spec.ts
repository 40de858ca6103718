import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { eventually, Fake, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

let on: OnGround;
let webhook: Fake;
let up: boolean;
beforeEach(async () => {
  webhook = new Fake({ writes: () => true, answer: () => ({ status: up ? 202 : 503 }) });
  await webhook.start();
  on = await ground();
});
afterEach(async () => {
  await on.close();
  await webhook.stop();
});

const talk = async (by: string) => {
  await on.say({ by, text: 'Hi! The screen is broken.', conversation: by });
  await on.end(by);
};

it('shows of a CRM that is down that it fails, since when and why, and of nobody once it is well', async () => {
  up = false;
  const id = await on.connect({ crm: 'http', url: webhook.url, secret: signingKey });
  const failing = async () => ((await on.ask(`/v1/connections/${id}`)).body as { failing?: object }).failing;
  expect(await failing()).toBeUndefined();
  const before = Date.now();
  await talk('email:ann@example.com');
  await talk('email:bob@example.com');
  const lanes = async (where: string) =>
    (await on.projectorDb.query(`select from writeback.lane where failing_since is not null and ${where}`)).rowCount;
  await eventually(async () => expect(await lanes('failures > 0')).toBe(2));
  const told = (await failing()) as { since: string };
  expect(told).toEqual({ since: expect.any(String), reason: 'ServerError', waiting: 4 });
  expect(Date.parse(told.since)).toBeGreaterThanOrEqual(before);
  // It goes on failing, and says the same: also once nothing is asked any more for a while.
  await eventually(async () => expect(await lanes(`reason = 'CircuitOpen'`)).toBeGreaterThan(0));
  expect(await failing()).toMatchObject({ since: told.since, reason: 'ServerError' });
  const { body } = await on.ask('/v1/connections');
  expect(body.items).toMatchObject([{ id, state: 'active', failing: { since: told.since } }]);

  await on.ask(`/v1/connections/${id}/pause`, { method: 'POST' });
  expect(await failing()).toBeUndefined();
  up = true;
  await on.ask(`/v1/connections/${id}/resume`, { method: 'POST' });
  await on.settled();
  expect(await failing()).toBeUndefined();
}, 60_000);
