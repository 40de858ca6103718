import { type DataOf, derivedId, streamOf } from '@throughline/contracts';
import { customersOf, erasedOf } from '@throughline/identity';
import { type Ask, ask, type Fact } from '../ask.ts';
import { responsibleFor } from '../owner/responsible.query.ts';
import { actor, askMatter, factsOf, type Scene, type Step } from '../scene.ts';
import { assignment } from './assignment.ts';
import { type Asking, begunAs, choices, choose, put } from './choice.ts';
import { reopen, type Route } from './course.ts';
import type { Asked } from './matter.ts';
import { candidatesOf, type Choice, choiceVersions } from './matter.query.ts';
import { isArranging, isAsking, saidAt } from './policy.ts';

type Captured = Extract<Fact, { type: 'InteractionCaptured' }>;

/** What decisions look at of an interaction. */
const askedOf = ({
  channel,
  kind,
  intent,
  topic,
  priority,
  severity,
  language,
}: DataOf<'InteractionCaptured'>): Asked =>
  JSON.parse(JSON.stringify({ channel, kind, intent, topic, priority, severity, language })) as Asked;

/** A conversation asks for a matter: chosen once, whoever chooses. */
export const askForMatter = (
  { tenant, ground, moment }: Scene,
  asking: Asking,
  { candidates, version, cause }: { candidates: Parameters<typeof choose>[1]; version: number; cause: Ask['cause'] },
): Ask =>
  ask({
    tenant,
    stream: streamOf.handle(asking.subject),
    noun: choices,
    hears: ['MatterChosen'],
    decide: choose(
      asking,
      candidates,
      ground.policy.window,
      derivedId('matter', tenant, ...begunAs(asking)),
      moment.heard,
    ),
    idOf: () => derivedId('matter-choice', tenant, ...begunAs(asking)),
    cause,
    at: moment.at,
    actor,
    known: { state: choices.initial, version },
  });

/** What begins anew in a conversation whose matter was somebody's who is erased. */
export const formerOf = (choice: Choice | undefined): Asking['former'] =>
  choice && choice.erasedAt !== null ? { matter: choice.matter, erasedAt: choice.erasedAt } : undefined;

/** What customers say in conversations that are in no matter yet, or in one of somebody who was erased before. */
const beginning = async (
  said: readonly Captured[],
  chosen: ReadonlyMap<string, Choice>,
  scene: Scene,
  joinsOnly: boolean,
): Promise<Ask[]> => {
  if (said.length === 0) return [];
  const { db, tenant } = scene;
  const authorOf = ({ data }: Captured) => data.participants[data.author]!;
  const erased = await erasedOf(db, tenant, said.map((one) => authorOf(one).id)); // prettier-ignore
  const living = said.filter((one) => !erased.has(authorOf(one).id));
  const firsts = [...new Map(living.toReversed().map((one) => [one.data.conversation, one])).values()].toReversed();
  const handles = [...new Set(firsts.map((one) => authorOf(one).id))];
  if (handles.length === 0) return [];
  const customers = await customersOf(db, tenant, handles);
  const subjectOf = (handle: string) => customers.get(handle) ?? handle;
  // In this order: a matter that is there by the second look is one, whatever the first one knew.
  const versions = await choiceVersions(db, tenant, [...new Set(handles.map(subjectOf))]);
  const askings = firsts.map((one) => ({
    conversation: one.data.conversation,
    handle: authorOf(one).id,
    at: saidAt(one),
    // Where nothing is chosen nothing tells, when all is heard anew, that it was decided.
    ...(joinsOnly && { position: one.position }),
  }));
  const candidates = await candidatesOf(db, tenant, askings);
  return firsts.map((one) => {
    const author = authorOf(one);
    const subject = subjectOf(author.id);
    const asking = {
      subject,
      account: author.account?.id,
      conversation: one.data.conversation,
      asked: askedOf(one.data),
      at: saidAt(one),
      joinsOnly,
      evidence: one.id,
      former: formerOf(chosen.get(one.data.conversation)),
    };
    const known = { candidates: candidates.get(one.data.conversation) ?? [], version: versions.get(subject) ?? 0 };
    return askForMatter(scene, asking, { ...known, cause: one });
  });
};

/** What customers say in conversations whose matter is there: whether that is closed only its stream can tell. */
const returning = async (
  said: readonly (readonly [Captured, Choice])[],
  { db, ...scene }: Scene,
): Promise<readonly Ask[]> => {
  if (said.length === 0) return [];
  const { tenant, moment, ground } = scene;
  const responsible = await responsibleFor(db, tenant, said.map(([, choice]) => choice)); // prettier-ignore
  return said.map(([cause, choice]) => {
    const route: Route = assignment({ at: moment.at, ...ground, owner: responsible(choice) });
    const position = Number(cause.position);
    const { conversation } = cause.data;
    // What comes behind it in the same batch, such as an end, was not heard yet.
    const decide = reopen({ conversation, interaction: cause.id, position }, { ...moment, heard: position }, route);
    return askMatter(scene, { matter: choice.matter, cause, decide });
  });
};

/** Two conversations turned out to be one: the younger one's matter goes into the older one's, where both are open. */
const becameOne = (
  joins: readonly Extract<Fact, { type: 'ConversationsJoined' }>[],
  chosen: ReadonlyMap<string, Choice>,
  { tenant, moment }: Scene,
): Ask[] =>
  joins.flatMap((cause) => {
    const { into, from } = cause.data;
    const [elder, younger] = [chosen.get(into), chosen.get(from)];
    if (!elder || !younger?.asked || elder.matter === younger.matter || elder.isClosed || younger.isClosed) return [];
    const { subject, asked } = younger;
    const moved = { matter: elder.matter, from: younger.matter, subject, conversation: from, by: 'joined' as const };
    return ask({
      tenant,
      stream: streamOf.handle(subject),
      noun: choices,
      hears: ['MatterChosen'],
      decide: put({ ...moved, ...moment, asked, evidence: [cause.id], considered: [] }),
      idOf: () => derivedId('matter-choice', tenant, from, cause.id),
      cause,
      at: moment.at,
      actor,
    });
  });

/** What customers say, and conversations that turn out to be one: which matter they are about. */
export const choosing: Step = async (facts, scene) => {
  const { policy } = scene.ground;
  const captured = factsOf(facts, 'InteractionCaptured');
  const said = captured.filter((one) => isAsking(one, policy));
  const arranged = captured.filter((one) => isArranging(one, policy));
  const joins = factsOf(facts, 'ConversationsJoined');
  if (said.length === 0 && arranged.length === 0 && joins.length === 0) return [];
  const conversations = [
    ...[...said, ...arranged].map(({ data }) => data.conversation),
    ...joins.flatMap(({ data }) => [data.into, data.from]),
  ];
  const chosen = await scene.choicesOf(conversations);
  const known = said.flatMap((one) => {
    const choice = chosen.get(one.data.conversation);
    return choice && choice.erasedAt === null ? [[one, choice] as const] : [];
  });
  // What was said in it before belongs to what was closed with the person.
  const isFresh = ({ data, position }: Captured): boolean => {
    const choice = chosen.get(data.conversation);
    return !choice || (choice.erasedAt !== null && position > choice.erasedAt);
  };
  const fresh = said.filter(isFresh);
  const asked = new Set(fresh.map(({ data }) => data.conversation));
  const alone = arranged.filter((one) => isFresh(one) && !asked.has(one.data.conversation));
  const asks = await Promise.all([
    beginning(fresh, chosen, scene, false),
    beginning(alone, chosen, scene, true),
    returning(known, scene),
  ]);
  return [...asks.flat(), ...becameOne(joins, chosen, scene)];
};
