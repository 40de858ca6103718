import { isDue } from '@throughline/contracts';
import type { Fact } from '../ask.ts';
import { askPromises, factsOf, type Step } from '../scene.ts';
import { keep } from './keep.ts';
import { saidInMatters } from './said.query.ts';

type Cause = Pick<Fact, 'id' | 'correlation'>;

/**
 * Something was said in a matter or withdrawn, a session of it ended (a meeting that was to come is over, or called off), or
 * a conversation came to it or left it: what is promised there, met or corrected. The rows tell of all that was heard, so
 * that a matter is looked at as a whole; its own events are heard again for that.
 */
export const promising: Step = async (facts, scene) => {
  const { db, tenant, moment, ground } = scene;
  const said = factsOf(facts, 'InteractionCaptured').filter(({ data }) => !data.backfill);
  const changed = factsOf(facts, 'MatterOpened', 'MatterJoined', 'MatterSplit', 'MatterReopened');
  const withdrawn = factsOf(facts, 'InteractionAmended').filter(({ data }) => data.change === 'withdrawn');
  const spoken = [...said, ...withdrawn, ...factsOf(facts, 'SessionEnded')];
  if (spoken.length === 0 && changed.length === 0) return [];
  const chosen = await scene.choicesOf(spoken.map(({ data }) => data.conversation));
  // All that happened in a matter is looked at once, because of the last of it.
  const causes = new Map<string, Cause>();
  for (const fact of spoken) {
    const choice = chosen.get(fact.data.conversation);
    if (choice) causes.set(choice.matter, fact);
  }
  for (const fact of changed) causes.set(fact.data.matter, fact);
  const known = { heard: moment.heard, memory: scene.said };
  const looks = await saidInMatters(db, tenant, [...causes.keys()], ground.policy, known);
  return [...causes].flatMap(([matter, cause]) => {
    const look = looks.get(matter);
    if (!look) return [];
    const decide = keep({ ...look, ...moment, ground: ground.promises, because: cause.id });
    return askPromises(scene, { matter, cause, decide });
  });
};

/** A matter was closed: no answer is due in it any more. The clock of whoever closed it may be ahead of the ledger's. */
export const lettingGo: Step = async (facts, { moment, ...scene }) =>
  factsOf(facts, 'MatterClosed').map((cause) => {
    const { matter, at } = cause.data;
    const then = { ...moment, at: isDue(at, moment.at) ? moment.at : at };
    return askPromises({ ...scene, moment: then }, { matter, cause, decide: () => [] });
  });
