import { describe, expect, it } from '@jest/globals';
import { array, assert, property, record, shuffledSubarray, uniqueArray, constantFrom } from 'fast-check';
import { type Said, threads } from './thread.ts';

const said = (position: number, conversation: string, ...mentions: string[]): Said => ({
  position: BigInt(position),
  conversation,
  mentions,
});

describe('threads', () => {
  it('of messages that name nothing of each other are apart', () => {
    const state = threads();
    expect([...state.hear(said(1, 'A', 'a')), ...state.hear(said(2, 'B', 'b'))]).toEqual([]);
  });
  it('are joined by a message that names both: the older stands', () => {
    const state = threads();
    state.hear(said(1, 'A', 'a'));
    state.hear(said(2, 'B', 'b'));
    expect(state.hear(said(3, 'B', 'c', 'b', 'a'))).toEqual([{ into: 'A', from: 'B' }]);
    expect(state.hear(said(4, 'B', 'd', 'a', 'b'))).toEqual([]);
  });
  it('are joined by a message that begins a third', () => {
    const state = threads();
    state.hear(said(1, 'A', 'a'));
    state.hear(said(2, 'B', 'b'));
    expect(state.hear(said(3, 'X', 'x', 'b', 'a'))).toEqual([
      { into: 'A', from: 'B' },
      { into: 'A', from: 'X' },
    ]);
  });
  it('go on from what is known', () => {
    const first = threads();
    first.hear(said(1, 'A', 'a'));
    first.hear(said(2, 'B', 'b'));
    const { conversations, mentions } = first.changes();
    const next = threads(conversations, mentions);
    expect(next.hear(said(3, 'B', 'c', 'a'))).toEqual([{ into: 'A', from: 'B' }]);
    expect(next.changes()).toEqual({
      conversations: [{ id: 'B', elder: 'A', first: 2n }],
      mentions: [{ mention: 'c', conversation: 'B' }],
    });
  });

  /** Components of ids that stand in one message together, by hand and slowly. */
  const componentsOf = (messages: readonly { mentions: readonly string[] }[]): string[] => {
    let groups: Set<string>[] = [];
    for (const { mentions } of messages) {
      const touched = groups.filter((group) => mentions.some((id) => group.has(id)));
      groups = [...groups.filter((group) => !touched.includes(group)), new Set([...mentions, ...touched.flatMap((group) => [...group])])]; // prettier-ignore
    }
    return groups.map((group) => [...group].toSorted().join()).toSorted();
  };

  const id = constantFrom(...'a b c d e f g h i j k l m n o p'.split(' '));
  const messages = array(record({ mentions: uniqueArray(id, { minLength: 1, maxLength: 4 }) }), { maxLength: 25 });

  it('are the components of the ids, in whatever order messages arrive and however they are cut into batches', () =>
    assert(
      property(
        messages.chain((all) =>
          record({ all: constantFrom(all), order: shuffledSubarray(all, { minLength: all.length }) }),
        ),
        array(constantFrom(true, false), { minLength: 25, maxLength: 25 }),
        ({ all, order }, cuts) => {
          let state = threads();
          let known = { conversations: new Map(), mentions: new Map() };
          const into = new Map<string, string>();
          order.forEach(({ mentions }, at) => {
            // A mail's conversation is the first id that it names, other than its own.
            const joins = state.hear(said(at + 1, `of ${mentions.at(-1)}`, ...mentions));
            for (const join of joins) into.set(join.from, join.into);
            if (!cuts[at]) return;
            const { conversations, mentions: named } = state.changes();
            for (const one of conversations) known.conversations.set(one.id, one);
            for (const one of named) known.mentions.set(one.mention, one);
            state = threads(known.conversations.values(), known.mentions.values());
          });
          const rootOf = (conversation: string): string =>
            into.has(conversation) ? rootOf(into.get(conversation)!) : conversation;
          const found = Map.groupBy(order, ({ mentions }) => rootOf(`of ${mentions.at(-1)}`));
          const components = [...found.values()].map((those) =>
            [...new Set(those.flatMap(({ mentions }) => mentions))].toSorted().join(),
          );
          expect(components.toSorted()).toEqual(componentsOf(all));
        },
      ),
      { numRuns: 500 },
    ));
});
