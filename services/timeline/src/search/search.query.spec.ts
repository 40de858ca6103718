import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { event, type World, world } from '../../test/world.ts';
import { findParties, findWords } from './search.query.ts';

const ann = 'email:ann.lee@example.com';
const tenant = 'one';

let on: World;
let ids: string[];
beforeAll(async () => {
  on = await world();
  ids = await on.say(
    tenant,
    {
      at: '2026-05-04T09:30:00Z',
      from: ann,
      subject: 'Broken screen',
      text: 'It cracked yesterday.',
      names: { [ann]: 'Ann Lee' },
    },
    {
      at: '2026-05-05T09:30:00Z',
      from: 'tel:+14155550100',
      text: '画面が割れました',
      names: { 'tel:+14155550100': '李小龍' },
    },
    { at: '2026-05-06T09:30:00Z', from: ann, text: 'Die Straße war überflutet', accounts: { [ann]: 'acme.example' } },
  );
  await on.say('other', {
    at: '2026-05-04T09:30:00Z',
    from: ann,
    text: 'It cracked yesterday.',
    names: { [ann]: 'Ann Lee' },
  });
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

const entriesWith = async (query: string, of = tenant) =>
  (await findWords(on, of, query, { limit: 10 })).map(({ entry }) => ids.indexOf(entry));
const partiesWith = async (query: string, of = tenant) => await findParties(on, of, query);
const id = (handle: string) => on.vault.handleId(tenant, handle);

describe('the search of words', () => {
  it('finds all of them, in any order, case and form, newest first', async () => {
    expect(await entriesWith('screens CRACK')).toEqual([0]);
    expect(await entriesWith('ann')).toEqual([2, 0]);
    expect(await entriesWith('cracked tomorrow')).toEqual([]);
  });
  it('finds words of any language', async () => {
    expect(await entriesWith('画面')).toEqual([1]);
    expect(await entriesWith('strasse uberflutet')).toEqual([2]);
  });
  it('goes on after a place', async () => {
    const [first] = await findWords(on, tenant, 'ann', { limit: 1 });
    const rest = await findWords(on, tenant, 'ann', { after: first!.place, limit: 10 });
    expect(rest.map(({ entry }) => ids.indexOf(entry))).toEqual([0]);
  });
  it('finds an interaction by what it was amended to', async () => {
    const conversation = on.vault.conversationId(tenant, 'spec', ann);
    await on.append(tenant, streamOf.conversation(conversation), [
      event('InteractionAmended', {
        interaction: ids[0]!,
        conversation,
        owners: [id(ann)],
        change: 'transcript',
        text: 'giraffe',
      }),
    ]);
    await on.caughtUp();
    expect(await entriesWith('giraffe')).toEqual([0]);
  });
  it('finds nothing of another tenant, nor by nothing', async () => {
    expect(await entriesWith('cracked', 'other')).toEqual([-1]);
    expect(await entriesWith('cracked', 'third')).toEqual([]);
    expect(await entriesWith(' … ')).toEqual([]);
  });
});

describe('the search of names', () => {
  it('finds by the beginnings of names, handles and accounts', async () => {
    for (const query of ['an', 'ANN le', 'exampl', 'ann.lee@example.com'])
      expect(await partiesWith(query)).toContain(id(ann));
    expect(await partiesWith('acme')).toEqual([on.vault.accountId(tenant, 'acme.example')]);
    expect(await partiesWith('小')).toEqual([id('tel:+14155550100')]);
    expect(await partiesWith('1415555')).toEqual([id('tel:+14155550100')]);
    expect(await partiesWith('bob')).toEqual([]);
  });
  it('says where a query is too short to tell', async () => expect(await partiesWith('a')).toBeUndefined());
  it('finds nothing of another tenant', async () => {
    expect(await partiesWith('ann', 'third')).toEqual([]);
    expect(await partiesWith('ann', 'other')).not.toContain(id(ann));
  });
});
