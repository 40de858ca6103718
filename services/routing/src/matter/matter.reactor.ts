import type { Ask, Fact } from '../ask.ts';
import type { Responsible } from '../owner/responsible.ts';
import { responsibleFor, responsibleSinceFor } from '../owner/responsible.query.ts';
import { askMatter, askTeam, factsOf, type Scene, type Step } from '../scene.ts';
import { release } from '../team/team.ts';
import { assignment, lastTeam, unfit } from './assignment.ts';
import { giveTurn, type MatterDecision, type Route, take } from './course.ts';
import { close, followOwner, leave, leaveTeam, split } from './hand.ts';
import type { Matter } from './matter.ts';
import { type Standing, standingsOf, type Which } from './matter.query.ts';

const routeOf = ({ ground, moment }: Scene, owner?: Responsible): Route =>
  assignment({ at: moment.at, ...ground, ...(owner && { owner }) });

/** A matter was chosen for a conversation: it opens or takes it in, and another one may lose it. */
export const opening: Step = async (facts, scene) => {
  const chosen = factsOf(facts, 'MatterChosen');
  if (chosen.length === 0) return [];
  const { db, tenant, moment } = scene;
  const responsible = await responsibleFor(db, tenant, chosen.map(({ data }) => data)); // prettier-ignore
  return chosen.flatMap((cause) => {
    const { matter, from, conversation, by } = cause.data;
    // Whoever puts a conversation into a closed matter by hand does not open it again.
    const position = by === 'hand' ? 0 : Number(cause.position);
    const decide = take({ ...cause.data, position }, moment, routeOf(scene, responsible(cause.data)));
    const taken = askMatter(scene, { matter, cause, decide, isNew: by === 'opened' });
    if (from === undefined) return [taken];
    return [taken, askMatter(scene, { matter: from, cause, decide: split(conversation, matter, moment) })];
  });
};

const hasTurn = (state: Matter, entry: number): boolean =>
  (state.is === 'owned' && state.turn?.entry === entry) || (state.is === 'offered' && state.entry === entry);

/** A team gave a turn: the matter is that agent's, or offered; where it is not wanted any more the agent is free again. */
export const turning: Step = async (facts, scene) => {
  const { moment, ground } = scene;
  return Promise.all(
    factsOf(facts, 'TurnTaken').map(async (cause) => {
      const { team, matter, entry, agent, by, available, waiting, alternatives } = cause.data;
      const inputs = { team, available, waiting, ...(by === 'agent' && { by }) };
      const decision = { rule: 'turn' as const, inputs, alternatives };
      // Who asks for work takes it.
      const offers = by === 'team' ? ground.teams.find((one) => one.team === team)?.offers : undefined;
      const decide = giveTurn({ team, entry, agent, decision }, moment.at, offers);
      const free = await askTeam(scene, { team, cause, decide: release(team, { matter, entry }, 'not-needed') });
      return askMatter(scene, { matter, cause, decide, next: (state) => (hasTurn(state, entry) ? [] : [free]) });
    }),
  );
};

/** A session ended: with an outcome that closes, its matter is closed; the agent's turn is over in any case. */
export const ending: Step = async (facts, scene) => {
  const ended = factsOf(facts, 'SessionEnded');
  if (ended.length === 0) return [];
  const { db, tenant, moment, ground } = scene;
  const chosen = await scene.choicesOf(ended.map(({ data }) => data.conversation));
  const matters = [...chosen.values()].map(({ matter }) => matter);
  const standings = new Map((await standingsOf(db, tenant, { matters })).map((one) => [one.matter, one]));
  const asks = ended.map(async (cause): Promise<Ask[]> => {
    const { conversation, outcome } = cause.data;
    const matter = chosen.get(conversation)?.matter;
    if (matter === undefined) return [];
    if (outcome !== undefined && ground.policy.outcomes.includes(outcome)) {
      const position = Number(cause.position);
      // What the customer says behind it, in the same batch or before the rows tell of the close, opens it again.
      const decide = close({ by: 'session', outcome, position }, { ...moment, heard: position });
      return [askMatter(scene, { matter, cause, decide: (state) => (state.is === 'unheard' ? [] : decide(state)) })];
    }
    const { team = null, entry = 0 } = standings.get(matter) ?? {};
    if (team === null) return [];
    return [await askTeam(scene, { team, cause, decide: release(team, { matter, entry }, 'session-ended') })];
  });
  return (await Promise.all(asks)).flat();
};

/** Whom an interaction links to others of their handles. */
const linkedBy = ({ data: { participants } }: Extract<Fact, { type: 'InteractionCaptured' }>): string[] =>
  participants
    .filter(({ role, also = [] }) => role === 'customer' && also.some(({ verified }) => verified))
    .map(({ id }) => id);

/** Which matters may be at the wrong place because of these facts. */
const touchedBy = (facts: readonly Fact[]): Which => ({
  matters: factsOf(facts, 'MatterQueued', 'MatterOffered', 'MatterAssigned').map(({ data }) => data.matter),
  handles: [
    ...factsOf(facts, 'InteractionCaptured').flatMap(linkedBy),
    ...factsOf(facts, 'HandlesLinked').map(({ data }) => data.a.id),
    // Each is somebody of their own now.
    ...factsOf(facts, 'LinkRetracted').flatMap(({ data }) => [data.a, data.b]),
    ...factsOf(facts, 'OwnerAssigned').flatMap(({ data }) => (data.of === 'customer' ? [data.subject] : [])),
    ...factsOf(facts, 'CrmContextRead').map(({ data }) => data.subject),
    ...factsOf(facts, 'SubjectErased').flatMap(({ data }) => data.subjects),
  ],
  accounts: factsOf(facts, 'OwnerAssigned').flatMap(({ data }) => (data.of === 'account' ? [data.subject] : [])),
  agents: factsOf(facts, 'AgentRemoved').map(({ data }) => data.agent),
  teams: factsOf(facts, 'TeamRemoved').map(({ data }) => data.team),
});

/** What is to be done about a matter that is with somebody who left, in a queue that is gone, or not with its owner. */
const remedy = (one: Standing, scene: Scene, owner?: Responsible): MatterDecision | undefined => {
  const { ground, moment } = scene;
  const { agent, team, state, isErased } = one;
  if (isErased) return close({ by: 'erased' }, moment);
  const isGone = (id: string | null): boolean => id !== null && ground.agents.get(id)?.removed === true;
  const route = routeOf(scene, owner);
  if (isGone(agent)) return leave(agent!, moment, route);
  const isThere = team === lastTeam.team || ground.teams.some((one) => one.team === team);
  if ((state === 'queued' || state === 'offered') && !isThere) return leaveTeam(team!, moment, route);
  if (!owner || owner.agent === agent || isGone(owner.agent)) return undefined;
  const inputs = { owner: owner.agent, ownerOf: owner.of, ...(agent !== null && { holder: agent }) };
  const alternatives = agent === null ? [] : [{ rule: 'holder' as const, agent, why: 'the owner is another' }];
  const to = { to: 'agent', agent: owner.agent, decision: { rule: 'owner', inputs, alternatives } } as const;
  const follow = followOwner(to, Number(owner.position), moment);
  if (!owner.byLink) return follow;
  // As if the link had been there before: where somebody waits at this moment, who is not there is passed over.
  return (state) => (state.is !== 'unheard' && unfit(owner.agent, ground, state.asked) ? [] : follow(state));
};

/** What of the facts it is because of: the erasure, the owner's assignment, or else the last one. */
const causeOf = (facts: readonly Fact[], { subject, isErased }: Standing, owner?: Responsible): Fact =>
  (isErased && factsOf(facts, 'SubjectErased').find(({ data }) => data.subjects.includes(subject))) ||
  (facts.find(({ position }) => position === owner?.position) ?? facts.at(-1)!);

/** Who is responsible for each; since when is asked only where somebody else has it. */
const ownersOf = async (
  db: Scene['db'],
  tenant: string,
  standings: readonly Standing[],
): Promise<ReadonlyMap<Standing, Responsible | undefined>> => {
  const responsible = await responsibleFor(db, tenant, standings);
  const owners = new Map(standings.map((one) => [one, responsible(one)]));
  const elsewhere = standings.filter((one) => owners.get(one) && owners.get(one)!.agent !== one.agent);
  const since = await responsibleSinceFor(db, tenant, elsewhere);
  for (const one of elsewhere) owners.set(one, since(one));
  return owners;
};

/**
 * Owners changed, customers were linked or parted, agents and teams went, or a matter came to be somewhere: whoever has
 * what they should not have hands it on. What somebody wanted who is erased is closed. A matter is looked at again when its own assignment is heard, so that what changed meanwhile is not missed.
 */
export const checking: Step = async (facts, scene) => {
  const which = touchedBy(facts);
  if (Object.values(which).every((ids) => ids.length === 0)) return [];
  const { db, tenant } = scene;
  const standings = await standingsOf(db, tenant, which);
  const owners = await ownersOf(db, tenant, standings);
  return standings.flatMap((one) => {
    const owner = owners.get(one);
    const cause = causeOf(facts, one, owner);
    // What comes behind it in the same batch, such as an end, was not heard yet.
    const moment = { ...scene.moment, heard: Number(cause.position) };
    const decide = remedy(one, { ...scene, moment }, owner);
    if (!decide) return [];
    return [askMatter(scene, { matter: one.matter, cause, decide })];
  });
};
