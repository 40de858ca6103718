import { derivedId, type Event, type Recorded, streamOf } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { linkId } from '@throughline/identity';
import type { Heard } from '@throughline/read-model';
import { captured, type Part } from '../reactor.ts';
import type { Sources } from '../sources.ts';
import { transact } from '../transact.ts';
import { linkByEvidence, linkNoun, type Pair } from './link.ts';

type Deps = Pick<Sources, 'ledger' | 'vault' | 'keys' | 'now'>;
type Message = Heard<'InteractionCaptured'>;
type Evidence = { readonly tenant: string; readonly event: string; readonly pair: Pair };

const actor = 'capture.link';
const mostKnown = 50_000;
const atOnce = 32;

/**
 * Makes links of verified evidence (`also`): `HandlesLinked` once for each pair, and never again once a person retracted
 * it. Its event's id follows from the pair, so a repeated batch says nothing new.
 */
export const linkReactor = (deps: Deps): Part => {
  const known = new Set<string>();
  return {
    tables: [],
    react: async (events) => {
      const messages = captured(events).filter(({ data }) => hasEvidence(data));
      const found = messages.length > 0 ? await evidenceIn(deps, messages, known) : [];
      for (let from = 0; from < found.length; from += atOnce)
        await Promise.all(found.slice(from, from + atOnce).map((evidence) => tell(deps, evidence)));
      if (known.size >= mostKnown) known.clear();
      for (const { pair } of found) known.add(pair.link);
      return [];
    },
  };
};

const hasEvidence = ({ participants }: Message['data']): boolean =>
  participants.some(({ role, also = [] }) => role === 'customer' && also.some(({ verified }) => verified));

const evidenceIn = async (
  { vault }: Pick<Deps, 'vault'>,
  messages: readonly Message[],
  known: ReadonlySet<string>,
): Promise<Evidence[]> => {
  const found = new Map<string, Evidence>();
  for (const [tenant, theirs] of Map.groupBy(messages, (message) => message.tenant)) {
    const fresh = theirs.filter(({ data }) => pairsIn(tenant, data).some(({ link }) => !known.has(link)));
    for (const opened of await vault.open(
      tenant,
      fresh.map(({ stored }) => stored),
    )) {
      const { data } = opened as Recorded<'InteractionCaptured'>;
      for (const pair of pairsIn(tenant, data))
        if (!known.has(pair.link) && !found.has(pair.link)) found.set(pair.link, { tenant, event: opened.id, pair });
    }
  }
  return [...found.values()];
};

const pairsIn = (tenant: string, { participants }: Event<'InteractionCaptured'>['data']): Pair[] =>
  participants
    .filter(({ role }) => role === 'customer')
    .flatMap(({ id, handle, name, also = [] }) =>
      also
        .filter((other) => other.verified && other.id !== id)
        .map((other) => ({
          link: linkId(tenant, id, other.id),
          a: { id, handle, name },
          b: { id: other.id, handle: other.handle, name: other.name },
        })),
    );

/** The stream in which all is said about a link: that of the lesser of its two handles. */
export const streamOfLink = (one: string, other: string): string => streamOf.handle(one < other ? one : other);

const tell = async (deps: Deps, { tenant, event, pair }: Evidence): Promise<void> => {
  const { link, a, b } = pair;
  try {
    await transact(deps, {
      tenant,
      stream: streamOfLink(a.id, b.id),
      noun: linkNoun(link),
      hears: ['HandlesLinked', 'LinkRetracted'],
      decide: linkByEvidence(pair, ruleOf(pair), event),
      id: derivedId('evidence', tenant, link),
      actor,
    });
  } catch (error) {
    // Told before with other evidence, or of somebody who was erased since: either way there is nothing to add.
    if (!(error instanceof Rejection) || (error.code !== 'IdReused' && error.code !== 'SubjectErased')) throw error;
  }
};

const ruleOf = ({ a, b }: Pair): 'declared' | 'same-address' =>
  a.handle !== undefined && a.handle.replace(/^whatsapp:/, 'tel:') === b.handle ? 'same-address' : 'declared';
