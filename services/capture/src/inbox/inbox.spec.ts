import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InteractionInput } from '@throughline/contracts';
import { LedgerBusy } from '@throughline/ledger';
import { said } from '../../test/said.ts';
import { served, type Served } from '../../test/served.ts';
import { Intake } from '../interaction/intake.ts';
import { TenantDirectory } from '../tenant/tenant.query.ts';
import type { Said } from './cloud-event.ts';
import { take, type Taken, type Taking } from './inbox.ts';

let on: Served;
let taking: Taking;
beforeAll(async () => {
  on = await served();
  await on.ask('/v1/tenants', { json: { name: 'beta' } });
  taking = { intake: on.app.get(Intake, { strict: false }), tenants: new TenantDirectory(on), allowed: 'all' };
});
afterAll(() => on.close());

const brought = (interaction: unknown, headers: Record<string, string> = {}): Said => ({
  value: Buffer.from(JSON.stringify(interaction)),
  headers: { ce_specversion: '1.0', ce_id: '1', ce_source: '/acme/desk', ce_type: 'Interaction', ...headers },
});
const inTenant = (tenant: string, interaction: InteractionInput = said()): Said => brought(interaction, { ce_tenant: tenant }); // prettier-ignore
const told = (taken: readonly Taken[]) =>
  taken.map((one) => (one.is === 'refused' ? [one.problem['status'], one.problem['code']] : one.is));

describe('what is brought', () => {
  it('is taken as it would be over HTTP, in order, each for its tenant', async () => {
    const [known, first, second] = [said(), said(), said()];
    expect((await on.ask('/v1/interactions', { json: known })).status).toBe(201);
    const records = [brought(known), inTenant('beta', first), brought(first), inTenant('beta', second), brought(first)];
    expect(told(await take(taking, records))).toEqual(['duplicate', 'captured', 'captured', 'captured', 'duplicate']);
    expect(told(await take(taking, records))).toEqual(Array(5).fill('duplicate'));
    expect((await on.events('beta')).map(({ meta, data }) => [meta.actor, (data as { declared: { key: string } }).declared.key])).toEqual([
      ['inbox:/acme/desk', first.key],
      ['inbox:/acme/desk', second.key],
    ]); // prettier-ignore
  });

  it('is refused with the problem that HTTP answers with, and harms nothing beside it', async () => {
    const known = said();
    const wrong = said({ channel: 'pigeon' as never });
    const records = [
      brought(known),
      brought(wrong),
      brought({ ...known, text: 'Another one.' }),
      brought(said({ details: { large: 'x'.repeat(9_000_000) } })),
      inTenant('nobody'),
      { value: Buffer.from('not JSON'), headers: {} },
      { ...brought(said()), value: null },
      brought(said()),
    ];
    const taken = await take(taking, records);
    expect(told(taken)).toEqual([
      'captured',
      [422, 'InvalidBody'],
      [409, 'IdReused'],
      [413, 'TooLarge'],
      [404, 'TenantUnknown'],
      [422, 'NotCloudEvent'],
      [400, 'MalformedBody'],
      'captured',
    ]);
    const { body } = await on.ask('/v1/interactions', { json: wrong });
    expect(taken[1]).toEqual({ is: 'refused', problem: body });
  });

  it('is refused where nobody may write for the tenant', async () => {
    const [one, other] = await take({ ...taking, allowed: ['beta'] }, [inTenant('default'), inTenant('beta')]);
    expect(one).toMatchObject({ is: 'refused', problem: { status: 403, code: 'Forbidden' } });
    expect(other).toEqual({ is: 'captured' });
  });

  it('is not refused for what passes, and taken once it has', async () => {
    const busy = { capture: () => Promise.reject(new LedgerBusy()) };
    const records = [brought(said())];
    await expect(take({ ...taking, intake: busy }, records)).rejects.toThrow(LedgerBusy);
    expect(told(await take(taking, records))).toEqual(['captured']);
  });

  it('alone bears what nobody expected, and harms nothing beside it', async () => {
    const { intake } = taking;
    const capture: Intake['capture'] = async (caller, items) => {
      if (JSON.stringify(items).includes('trip')) throw new TypeError('a mistake of ours');
      return intake.capture(caller, items);
    };
    const records = [said(), said(), said({ text: 'trip' }), said(), said()].map((one) => brought(one));
    const taken = await take({ ...taking, intake: { capture } }, records);
    expect(told(taken)).toEqual(['captured', 'captured', [500, 'Internal'], 'captured', 'captured']);
    expect(taken[2]).toMatchObject({ problem: { instance: expect.stringMatching(/^urn:uuid:/) } });
  });
});
