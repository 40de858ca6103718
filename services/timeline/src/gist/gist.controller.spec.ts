import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { Gist } from './gist.ts';

const ann = 'email:ann@one.example';
const cell = 'tel:+14155550100';
const cy = 'email:cy@one.example';
const bo = 'email:bo@acme.example';
const tenant = 'one';

let on: Served;
beforeAll(async () => {
  on = await served();
  const ours = { to: [bo], agents: [bo] };
  await on.say(
    tenant,
    { at: '2026-05-04T01:00:00Z', from: ann, ...ours, names: { [ann]: 'Ann Lee' }, also: { [ann]: [cell] }, conversation: 'screen', subject: 'Broken screen', text: 'It cracked.' },
    { at: '2026-05-04T02:00:00Z', from: cell, ...ours, channel: 'chat', conversation: 'bill', text: 'Hello,\n\nthe bill is wrong. Twice.' },
    { at: '2026-05-04T03:00:00Z', from: cell, ...ours, channel: 'chat', conversation: 'bill', text: 'Anybody?' },
    { at: '2026-05-04T04:00:00Z', from: cy, ...ours, conversation: 'gone', subject: 'Forget me' },
  ); // prettier-ignore
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

const idOf = (handle: string): string => on.vault.handleId(tenant, handle);
const about = (handle: string, conversation: string): string =>
  `${idOf(handle)}.${on.vault.conversationId(tenant, 'spec', conversation)}`;
const gists = async (...of: string[]) =>
  (await on.get<{ items: Gist[] }>(tenant, `/v1/gists?of=${of.join(',')}`)).body.items;

describe('the gist of something', () => {
  it('is whose it is and how it began: by the subject, else by its first words; in the order that was asked for', async () => {
    const ofs = [about(cell, 'bill'), about(ann, 'screen'), idOf(ann)];
    // Heard of at once, the lower id is the customer's.
    const hers = { customer: [idOf(ann), idOf(cell)].toSorted()[0], name: 'Ann Lee' };
    expect(await gists(...ofs)).toEqual([
      { of: ofs[0], ...hers, handle: cell, words: 'the bill is wrong. Twice.' },
      { of: ofs[1], ...hers, handle: ann, words: 'Broken screen' },
      { of: ofs[2], ...hers, handle: ann },
    ]);
  });

  it('is of what the customer said by any of their handles', async () => {
    expect(await gists(about(ann, 'bill'))).toMatchObject([{ name: 'Ann Lee', words: 'the bill is wrong. Twice.' }]);
  });

  it('says of who is erased only that they are', async () => {
    const of = about(cy, 'gone');
    expect(await gists(of)).toMatchObject([{ handle: cy, words: 'Forget me' }]);
    const subjects = [idOf(cy)];
    await on.append(tenant, 'handle-cy', [event('SubjectErased', { subjects, keys: [] })]);
    await on.keys.erase(tenant, subjects, []);
    await on.caughtUp();
    expect(await gists(of)).toEqual([{ of, erased: true }]);
  });

  it('is of one tenant, and of what there is', async () => {
    const of = about(ann, 'screen');
    const { body } = await on.get('other', `/v1/gists?of=${of}`);
    expect(body).toEqual({ items: [{ of }] });
    expect(await gists(about(cy, 'bill'))).toEqual([expect.not.objectContaining({ words: expect.anything() })]);
  });

  it('is asked for by ids, a hundred at most', async () => {
    const refused = async (of: string) => (await on.get(tenant, `/v1/gists?of=${of}`)).body;
    expect(await refused(`${idOf(ann)},ann`)).toMatchObject({ code: 'InvalidQuery', errors: [{ pointer: '/of/1' }] });
    const many = Array.from({ length: 101 }, () => idOf(ann)).join(',');
    expect(await refused(many)).toMatchObject({ code: 'InvalidQuery', errors: [{ pointer: '/of' }] });
  });
});
