import type { Client } from '@throughline/postgres';
import type { Fact } from '../ask.ts';
import { factsOf } from '../scene.ts';
import { choicesOf } from './matter.query.ts';

const conversationOf = (fact: Fact): string | undefined =>
  fact.type === 'InteractionCaptured' || fact.type === 'SessionEnded'
    ? `${fact.tenant} ${fact.data.conversation}`
    : undefined;

/**
 * What can be answered now, and what only once what follows from that is there: the ends of conversations whose matter is
 * not known yet, and what was said behind them. Each in its order.
 */
export const waves = async (
  db: Client,
  facts: readonly Fact[],
): Promise<readonly [readonly Fact[], readonly Fact[]]> => {
  const ends = factsOf(facts, 'SessionEnded');
  const early = new Set<string>();
  for (const [tenant, theirs] of Map.groupBy(ends, (fact) => fact.tenant)) {
    const conversations = theirs.map(({ data }) => data.conversation);
    const known = await choicesOf(db, tenant, conversations);
    for (const one of conversations) if (known.get(one)?.asked === undefined) early.add(`${tenant} ${one}`);
  }
  if (early.size === 0) return [facts, []];
  const ended = new Set<string>();
  const waits = facts.filter((fact) => {
    const conversation = conversationOf(fact);
    if (conversation === undefined || !early.has(conversation)) return false;
    if (fact.type === 'SessionEnded') ended.add(conversation);
    return ended.has(conversation);
  });
  return [facts.filter((fact) => !waits.includes(fact)), waits];
};
