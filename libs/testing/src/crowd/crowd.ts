import { setTimeout as pause } from 'node:timers/promises';
import type { Certificate } from '@throughline/contracts';
import { eventually } from '../eventually.ts';
import { askAt, bodyOf } from './ask.ts';
import { type Erased, type Fate, madePerson, type Person, type Word } from './person.ts';

/** People who write to a Throughline over HTTP, each one thing after the other. */
export type Crowd = {
  readonly people: readonly Person[];
  /** Resolves once everybody who writes has said so many more words. */
  readonly hasSaid: (words: number) => Promise<void>;
  /** Has somebody erased, who falls silent before where they leave. Resolves once that is begun: 202, where it was asked. */
  readonly erase: (person: Person) => Promise<Erased>;
  /** What an erasure waits for at this moment, or its certificate. */
  readonly erasure: (erased: Erased) => Promise<Erasure>;
  /** The certificate, once there is one. Throws after so many milliseconds, saying what it waits for. */
  readonly certified: (erased: Erased, within: number) => Promise<Certificate>;
  /** Ends the writing. Answers all that was acknowledged, by position. */
  readonly end: () => Promise<readonly Word[]>;
};

/** What specs read of an erasure. */
export type Erasure = {
  readonly id: string;
  readonly waitsFor?: readonly string[];
  readonly certificate?: Certificate;
};

export type CrowdOptions = {
  readonly url: string;
  /** How many of each fate; at least one who stays. */
  readonly many: Readonly<Record<Fate, number>>;
  /** How long each of them rests after a word. */
  readonly restMs: number;
};

type Writer = { readonly person: Person; readonly words: Word[]; isSilent: boolean };

/** People who begin to write at once, and go on until they are ended; what is not acknowledged they say again. */
export const crowd = ({ url, many, restMs }: CrowdOptions): Crowd => {
  const ask = askAt(url);
  const made = (fate: Fate) => Array.from({ length: many[fate] }, () => madePerson(fate));
  const [stays, leaves, returns] = [made('stays'), made('leaves'), made('returns')];
  const writers = [...stays, ...leaves, ...returns].map((person): Writer => ({ person, words: [], isSilent: false }));

  /** Every third word is said to somebody else as well; not to one who leaves, whom it would make a new person of. */
  const hearerOf = ({ fate }: Person, nth: number): Person | undefined => {
    const among = fate === 'stays' ? returns : stays;
    return nth % 3 === 2 ? among[nth % Math.max(1, among.length)] : undefined;
  };
  const say = async ({ person: by, words }: Writer): Promise<void> => {
    const nth = words.length;
    const to = hearerOf(by, nth);
    const sentAt = performance.now();
    const said = saidOf(by, nth, to);
    type Captured = { readonly id: string; readonly position: number };
    const { id, position } = bodyOf(
      await ask('/v1/interactions', { method: 'POST', json: said }),
      200,
      201,
    ) as Captured;
    words.push({ id, position, text: said.text, by, ...(to && { to }), sentAt, ackedAt: performance.now() });
  };
  const write = async (writer: Writer): Promise<void> => {
    for (; !writer.isSilent; await pause(restMs)) await say(writer);
  };
  const writing = new Map(writers.map((writer) => [writer.person, write(writer)]));
  // Whoever ends it hears of what went wrong.
  for (const one of writing.values()) one.catch(() => undefined);
  const writerOf = (person: Person): Writer => writers.find((one) => one.person === person)!;
  const silence = async (person: Person): Promise<void> => {
    writerOf(person).isSilent = true;
    await writing.get(person);
  };

  const customerOf = async ({ person, words }: Writer): Promise<string> => {
    const query = new URLSearchParams({ handle: person.handle, minPosition: String(words.at(-1)!.position) });
    const { items } = bodyOf(await ask(`/v1/customers?${query.toString()}`), 200) as { items: { id: string }[] };
    return items[0]!.id;
  };
  const erasure = async ({ erasure: id }: Pick<Erased, 'erasure'>): Promise<Erasure> =>
    bodyOf(await ask(`/v1/erasures/${id}`), 200) as Erasure;

  return {
    people: writers.map(({ person }) => person),
    hasSaid: async (more) => {
      const wanted = new Map(writers.map(({ person, words }) => [person, words.length + more]));
      const said = () => {
        const late = writers.filter((one) => !one.isSilent && one.words.length < wanted.get(one.person)!);
        if (late.length > 0) throw new Error(`${late.length} of ${writers.length} did not say ${more} words yet`);
      };
      await eventually(said, { within: 120_000 });
    },
    erase: async (person) => {
      if (person.fate === 'leaves') await silence(person);
      const customer = await customerOf(writerOf(person));
      const askedAt = performance.now();
      const { id } = bodyOf(await ask(`/v1/customers/${customer}`, { method: 'DELETE' }), 202) as Erasure;
      return { person, erasure: id, customer, askedAt, answeredAt: performance.now() };
    },
    erasure,
    certified: (erased, within) =>
      eventually(
        async () => {
          const { certificate, waitsFor } = await erasure(erased);
          if (!certificate) throw new Error(`The erasure ${erased.erasure} still waits for ${waitsFor?.join(', ')}`);
          return certificate;
        },
        { within },
      ),
    end: async () => {
      await Promise.all(writers.map(({ person }) => silence(person)));
      return writers.flatMap(({ words }) => words).toSorted((a, b) => a.position - b.position);
    },
  };
};

const saidOf = (by: Person, nth: number, to: Person | undefined) => ({
  source: 'crowd',
  key: `${by.mark}/${nth}`,
  channel: 'chat',
  direction: 'inbound',
  occurredAt: new Date(Date.UTC(2026, 4, 4) + nth * 60_000).toISOString(),
  conversation: by.mark,
  text: `${by.mark} says the ${nth}th.`,
  participants: [
    { role: 'customer', handle: by.handle, name: by.name },
    ...(to ? [{ role: 'customer', handle: to.handle, name: to.name }] : []),
    { role: 'agent', handle: 'email:desk@acme.example' },
  ],
});
