import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { event, type Said, type World, world } from '../../test/world.ts';
import { page } from './entry.query.ts';
import type { Filter, Place } from './line.query.ts';

const ann = 'email:ann@example.com';
const tel = 'tel:+14155550100';
const bo = 'email:bo@acme.example';
const cy = 'email:cy@acme.example';

let on: World;
beforeAll(async () => {
  on = await world();
}, 60_000);
afterAll(() => on.close());

const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4) + minute * 60_000).toISOString();

const textsOf = async (
  tenant: string,
  handles: readonly string[],
  filter: Filter = {},
  range: { after?: Place; limit?: number } = {},
) => {
  const ids = handles.map((handle) => on.vault.handleId(tenant, handle));
  const found = await on.read(tenant, (reading) => page(reading, { handles: ids }, filter, { limit: 100, ...range }));
  return found.map(({ entry }) => entry.text);
};

describe('a timeline', () => {
  const said: Said[] = [
    { at: at(1), from: ann, to: [bo], agents: [bo], text: 'one', kind: 'sales' },
    { at: at(3), from: bo, to: [ann], agents: [bo], text: 'three' },
    { at: at(2), from: tel, to: [cy], agents: [cy], text: 'two', channel: 'phone', kind: 'support' },
    { at: at(3), from: ann, to: [tel, bo], agents: [bo], text: 'to both' },
    { at: at(4), from: tel, to: [cy], agents: [cy], text: 'four', channel: 'chat', automatic: true },
  ];
  let ids: string[];
  beforeAll(async () => {
    ids = await on.say('filters', ...said);
    await on.say('filters', { at: at(9), from: 'email:someone@example.com', text: 'of somebody else' });
    await on.caughtUp();
  });

  it('is newest first by moment, then by position', async () =>
    expect(await textsOf('filters', [ann])).toEqual(['to both', 'three', 'one']));

  it('shows what stands under several handles once', async () =>
    expect(await textsOf('filters', [ann, tel])).toEqual(['four', 'to both', 'three', 'two', 'one']));

  it('is filtered by channel, direction, kind and moment', async () => {
    const both = [ann, tel];
    expect(await textsOf('filters', both, { channel: 'phone' })).toEqual(['two']);
    expect(await textsOf('filters', both, { direction: 'outbound' })).toEqual(['three']);
    expect(await textsOf('filters', both, { kind: 'sales' })).toEqual(['one']);
    expect(await textsOf('filters', both, { from: at(2), to: at(3) })).toEqual(['two']);
  });

  it('is filtered by who takes part, whoever has the longer timeline', async () => {
    const id = (handle: string) => on.vault.handleId('filters', handle);
    expect(await textsOf('filters', [ann, tel], { participant: id(cy) })).toEqual(['four', 'two']);
    expect(await textsOf('filters', [ann, tel], { participant: id(tel) })).toEqual(['four', 'to both', 'two']);
    expect(await textsOf('filters', [cy], { participant: id(tel) })).toEqual(['four', 'two']);
    expect(await textsOf('filters', [cy], { participant: id(ann) })).toEqual([]);
  });

  it('shows what an interaction was amended to, and finds it by its new kind', async () => {
    const [one] = ids as [string];
    const conversation = on.vault.conversationId('filters', 'spec', ann);
    const amended = { interaction: one, conversation, owners: [on.vault.handleId('filters', ann)] };
    await on.append('filters', streamOf.conversation(conversation), [
      event('InteractionAmended', { ...amended, change: 'kind', kind: 'support' }),
      event('InteractionAmended', { ...amended, change: 'edited', text: 'uno' }),
      event('InteractionAmended', { ...amended, change: 'withdrawn', reason: 'a slip' }),
    ]);
    await on.caughtUp();
    expect(await textsOf('filters', [ann, tel], { kind: 'sales' })).toEqual([]);
    expect(await textsOf('filters', [ann, tel], { kind: 'support' })).toEqual(['two', 'uno']);
    const handles = [on.vault.handleId('filters', ann)];
    const found = await on.read('filters', (reading) => page(reading, { handles }, { kind: 'support' }, { limit: 9 }));
    expect(found[0]?.entry).toMatchObject({
      id: one,
      kind: 'support',
      edited: true,
      withdrawn: true,
      amendments: [
        { change: 'kind', kind: 'support' },
        { change: 'edited', text: 'uno' },
        { change: 'withdrawn', reason: 'a slip' },
      ],
    });
  });

  it('is filtered by conversation, with those that were joined into it', async () => {
    const id = (key: string) => on.vault.conversationId('joins', 'spec', key);
    await on.say(
      'joins',
      { at: at(1), from: ann, text: 'a', conversation: 'a' },
      { at: at(2), from: ann, text: 'b', conversation: 'b' },
      { at: at(3), from: ann, text: 'c', conversation: 'c' },
      { at: at(4), from: ann, text: 'd', conversation: 'd' },
    );
    await on.append('joins', streamOf.conversation(id('b')), [
      event('ConversationsJoined', { into: id('b'), from: id('c'), evidence: [] }),
      event('ConversationsJoined', { into: id('a'), from: id('b'), evidence: [] }),
    ]);
    await on.caughtUp();
    for (const key of ['a', 'b', 'c'])
      expect(await textsOf('joins', [ann], { conversation: id(key) })).toEqual(['c', 'b', 'a']);
    expect(await textsOf('joins', [ann], { conversation: id('d') })).toEqual(['d']);
    const handles = [on.vault.handleId('joins', ann)];
    const found = await on.read('joins', (reading) => page(reading, { handles }, {}, { limit: 9 }));
    expect(found.map(({ entry }) => entry.conversation)).toEqual([id('d'), id('a'), id('a'), id('a')]);
  });

  it('shows nothing of another tenant', async () => {
    const ids = [ann, tel].map((handle) => on.vault.handleId('filters', handle));
    expect(await on.read('joins', (reading) => page(reading, { handles: ids }, {}, { limit: 9 }))).toEqual([]);
  });
});

describe('the timeline of somebody whose keys are destroyed', () => {
  it('still shows when and where, and nothing that was said', async () => {
    const tenant = 'erased';
    const said = { to: [tel, bo], agents: [bo], names: { [ann]: 'Ann Lee', [bo]: 'Bo' } };
    await on.say(
      tenant,
      { ...said, at: at(1), from: ann, text: 'her own words', subject: 'Hers' },
      { ...said, at: at(2), from: bo, to: [ann, tel], text: 'to both of them' },
      { ...said, at: at(3), from: tel, to: [bo], text: 'not hers' },
    );
    await on.caughtUp();
    const subject = on.vault.handleId(tenant, ann);
    await on.keys.erase(tenant, [subject], []);
    const handles = [subject, on.vault.handleId(tenant, tel)];
    const found = await on.read(tenant, (reading) => page(reading, { handles }, {}, { limit: 9 }));
    expect(found.map(({ entry }) => entry)).toMatchObject([
      { text: 'not hers', participants: [{ handle: tel }, { handle: bo, name: 'Bo' }] },
      {
        erased: true,
        channel: 'email',
        direction: 'outbound',
        participants: [{ handle: bo }, { id: subject }, { handle: tel }],
      },
      {
        erased: true,
        channel: 'email',
        direction: 'inbound',
        participants: [{ id: subject }, { handle: tel }, { handle: bo }],
      },
    ]);
    expect(found[0]?.entry.erased).toBeUndefined();
    expect(JSON.stringify(found.slice(1).map(({ entry }) => entry))).not.toMatch(/words|both of|Hers|Ann|example\.com/);
  });
});

describe('the pages of a timeline', () => {
  const handles = [ann, tel, 'email:third@example.com'];
  const all = Array.from({ length: 137 }, (_, n): Said => {
    const from = handles[n % 3]!;
    // Many at one moment, so that pages end between entries of the same one.
    return { at: at(Math.floor(n / 10)), from, to: n % 7 === 0 ? handles : [], text: String(n) };
  });

  const pages = async (limit: number, between: (nth: number) => Promise<void> = async () => {}) => {
    const ids = handles.map((handle) => on.vault.handleId('pages', handle));
    const seen: string[] = [];
    let after: Place | undefined;
    for (let nth = 0; ; nth += 1) {
      const found = await on.read('pages', (reading) => page(reading, { handles: ids }, {}, { after, limit }));
      seen.push(...found.map(({ entry }) => entry.text!));
      after = found.at(-1)?.place;
      if (found.length < limit) return seen;
      await between(nth);
    }
  };

  beforeAll(async () => {
    await on.say('pages', ...all);
    await on.caughtUp();
  });

  it('are all of it, each entry once, whatever their size', async () => {
    const whole = await pages(1_000);
    expect(new Set(whole)).toEqual(new Set(all.map(({ text }) => text)));
    for (const limit of [1, 2, 7, 10, 50, 137]) expect(await pages(limit)).toEqual(whole);
  });

  it('stay as they are while new entries arrive', async () => {
    const whole = await pages(1_000);
    const seen = await pages(10, async (nth) => {
      await on.say('pages', { at: at(10_000 + nth), from: ann, text: `new ${nth}` });
      await on.caughtUp();
    });
    expect(seen).toEqual(whole);
  });
});
