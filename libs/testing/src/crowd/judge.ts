import { askAt } from './ask.ts';
import type { Erased, Person, Word } from './person.ts';
import { customersAt, eventsTold, hitsOf, linesOf, type Seen, type Told } from './seen.ts';

/** What came of a crowd; each number beside `acked` and `stored` that is more than 0 is a fault. */
export type CrowdFound = {
  /** Words that were acknowledged, and those of them that stand where they were said to stand. */
  readonly acked: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  /** Places where somebody erased can still be read. */
  readonly open: number;
  /** Words that are to be read, and are not: of others, and of those who wrote again. */
  readonly shut: number;
};

/**
 * Reads all that a Throughline tells of a crowd that was ended: the events opened, customers, timelines and search. Answers
 * the counts, and in words where the faults are. A process may hold a key for a minute: this is to be asked then, or of one
 * that opened nothing before.
 */
export const judgedCrowd = async (
  url: string,
  words: readonly Word[],
  erased: readonly Erased[],
): Promise<{ readonly found: CrowdFound; readonly faults: readonly string[] }> => {
  const seen: Seen = { ask: askAt(url), words, erased: new Map(erased.map((one) => [one.person, one])) };
  const events = await eventsTold(seen);
  const byId = Map.groupBy(events, ({ id }) => id);
  const lost = words.filter(({ id, position }) => byId.get(id)?.[0]?.position !== position);
  const doubled = words.filter(({ id }) => (byId.get(id)?.length ?? 0) > 1);
  const open = [...openIn(seen, events), ...(await each(erased, (one) => openOf(seen, one)))];
  const people = [...Map.groupBy(words, ({ by }) => by).keys()];
  const shut = [...shutIn(seen, byId), ...(await each(people, (one) => shutOf(seen, one)))];
  return {
    found: {
      acked: words.length,
      stored: words.length - lost.length,
      lost: lost.length,
      doubled: doubled.length,
      open: open.length,
      shut: shut.length,
    },
    faults: [
      ...lost.map(({ id }) => `${id} is lost`),
      ...doubled.map(({ id }) => `${id} is doubled`),
      ...open,
      ...shut,
    ],
  };
};

const each = async <T>(all: readonly T[], of: (one: T) => Promise<readonly string[]>): Promise<string[]> => {
  const faults: string[] = [];
  for (const one of all) faults.push(...(await of(one)));
  return faults;
};

/** Whether it was said by or to somebody as they were before their erasure: acknowledged before that was asked for. */
const wasOf = ({ erased }: Seen, person: Person, { by, to, ackedAt }: Word): boolean =>
  (by === person || to === person) && ackedAt < (erased.get(person)?.askedAt ?? 0);

/** Whether it is to be read: nobody erased said it, or somebody who was new by then. */
const isToBeRead = ({ erased }: Seen, { by, sentAt }: Word): boolean => sentAt > (erased.get(by)?.answeredAt ?? 0);

/** Events in which somebody erased is read; of who left, all events there are. */
const openIn = (seen: Seen, events: readonly Told[]): string[] => {
  const wordOf = new Map(seen.words.map((word) => [word.id, word]));
  return [...seen.erased.keys()].flatMap((person) => {
    const isGone = ({ id }: Told) => {
      const word = wordOf.get(id);
      return person.fate === 'leaves' || (word !== undefined && wasOf(seen, person, word));
    };
    const met = events.filter((event) => event.line.includes(person.mark) && isGone(event));
    return met.map(({ id }) => `${person.mark} is read in the event ${id}`);
  });
};

/** Where the read side still tells of somebody erased. */
const openOf = async (seen: Seen, { person, customer }: Erased): Promise<string[]> => {
  const { mark, handle, fate } = person;
  const isLeft = fate === 'leaves';
  const gone = new Set(seen.words.filter((word) => wasOf(seen, person, word)).map(({ position }) => position));
  const old = await linesOf(seen, customer);
  const anew = await customersAt(seen, { handle });
  const named = await customersAt(seen, { q: mark });
  const hits = await hitsOf(seen, mark);
  const lines = (await Promise.all(anew.map((id) => linesOf(seen, id)))).flat();
  const faults: Readonly<Record<string, boolean>> = {
    'has more than the line of its erasure': old.length !== 1 || old[0]!.type !== 'erased',
    'is found by the handle': isLeft ? anew.length > 0 : anew.includes(customer),
    'is found by the name': named.some((id) => isLeft || !anew.includes(id)),
    'is found by its words': hits.some(({ position }) => isLeft || gone.has(position)),
    'goes on as somebody new': lines.some(({ position }) => gone.has(position)),
  };
  return Object.entries(faults).flatMap(([fault, is]) => (is ? [`the erased customer ${customer} (${mark}) ${fault}`] : [])); // prettier-ignore
};

const shutIn = (seen: Seen, byId: ReadonlyMap<string, readonly Told[]>): string[] =>
  seen.words
    .filter((word) => isToBeRead(seen, word) && byId.get(word.id)?.[0]?.text !== word.text)
    .map(({ id, by }) => `the event ${id} of ${by.mark} cannot be read`);

/** Words that are to be read, and are not on the timeline of who said them. */
const shutOf = async (seen: Seen, person: Person): Promise<string[]> => {
  const wanted = seen.words.filter((word) => word.by === person && isToBeRead(seen, word));
  if (wanted.length === 0) return [];
  const customers = await customersAt(seen, { handle: person.handle });
  const lines = (await Promise.all(customers.map((id) => linesOf(seen, id)))).flat();
  const shown = new Map(lines.map(({ position, text }) => [position, text]));
  const missing = wanted.filter(({ position, text }) => shown.get(position) !== text);
  return missing.map(({ position }) => `the timeline of ${person.mark} does not show ${position}`);
};
