import type { ReplayedEvent, ReplayResponse } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { timestampOf } from '@throughline/host';
import { type Fork, forkName, type StoredEvent } from '@throughline/ledger';
import type { Opener } from '@throughline/privacy';
import { cloudEventOf } from '../event/event.ts';
import { pagesForEver, pagesUpTo, readAhead } from '../event/pages.query.ts';
import { ledgerName, type Places } from './place.query.ts';
import { tokenOf } from './token.ts';

/** Which events, from where on. */
export type Asked = {
  readonly tenant: string;
  readonly after: bigint;
  readonly isWanted: (event: StoredEvent) => boolean;
  /** Without an end; else up to where the ledger ends now. */
  readonly follow: boolean;
};

type Sources = Places & {
  /** What opens them; else they are told as they are stored. */
  readonly vault?: Pick<Opener, 'open'>;
  /** Hears how many were opened before the first of them is told. */
  readonly counted?: (events: number) => Promise<void>;
};

/** How much of data is in one answer, about, in characters: gRPC's clients hold sixteen that their readers did not take yet. */
const enough = 64_000;

const placed = ({ position, id, type, stream, version, occurredAt, recordedAt }: StoredEvent) => ({
  position,
  id,
  type,
  stream,
  streamVersion: BigInt(version),
  occurredAt: timestampOf(occurredAt),
  recordedAt: timestampOf(recordedAt),
});

const asStored = (event: StoredEvent): ReplayedEvent => ({
  ...placed(event),
  data: event.data,
  meta: event.meta,
  erased: false,
});

const opened = async (
  { vault, counted }: Required<Pick<Sources, 'vault'>> & Sources,
  tenant: string,
  events: readonly StoredEvent[],
): Promise<ReplayedEvent[]> => {
  const all = await vault.open(tenant, events);
  if (all.length > 0) await counted?.(all.length);
  return all.map((event, at) => {
    const { data, erased = false } = cloudEventOf(event);
    return { ...placed(events[at]!), data: JSON.stringify(data), meta: events[at]!.meta, erased };
  });
};

/** In parts that a client can take; an event larger than one is a part of its own. */
function* parts(events: readonly ReplayedEvent[]): Generator<ReplayedEvent[]> {
  let part: ReplayedEvent[] = [];
  let length = 0;
  for (const event of events) {
    if (part.length > 0 && length + event.data.length > enough) {
      yield part;
      [part, length] = [[], 0];
    }
    part.push(event);
    length += event.data.length;
  }
  yield part;
}

/** The fork of a position; before the first event it is the beginning. */
const forkOf = async ({ ledger }: Places, position: bigint): Promise<Fork> =>
  (await ledger.forkAt(position)) ?? { epoch: 1, id: null };

/** What the forks of a page's positions are; hardly ever does one begin within it. */
const forksIn = async (places: Places, page: readonly StoredEvent[]) => {
  const ends = [page[0]!.position, page.at(-1)!.position] as const;
  const [low, high] = await Promise.all(ends.map((position) => forkOf(places, position)));
  return async (position: bigint) => (forkName(low!) === forkName(high!) ? high! : forkOf(places, position));
};

/** A tenant's events from a place on, never read faster than they are taken; each answer says how to go on after it. */
export async function* replay(
  sources: Sources,
  { tenant, after, isWanted, follow }: Asked,
  signal: AbortSignal,
): AsyncGenerator<ReplayResponse, void, void> {
  const { ledger, vault } = sources;
  const head = await ledger.head();
  let name = await ledgerName(sources);
  const stretch = { tenant, after, signal };
  const pages = follow ? pagesForEver(ledger, stretch) : pagesUpTo(ledger, { ...stretch, to: head });
  for await (const page of readAhead(pages)) {
    name ??= await ledgerName(sources);
    const wanted = page.filter(isWanted);
    const told = vault ? await opened({ ...sources, vault }, tenant, wanted) : wanted.map(asStored);
    const forkAt = await forksIn(sources, page);
    let rest = told.length;
    for (const events of parts(told)) {
      rest -= events.length;
      const position = (rest > 0 ? events : page).at(-1)!.position;
      const resume = tokenOf({ ledger: name!, fork: await forkAt(position), position });
      yield { events, position, resume, done: false };
    }
  }
  if (follow || signal.aborted) return;
  const position = head > after ? head : after;
  const fork = await forkOf(sources, position);
  yield {
    events: [],
    position,
    resume: name === undefined ? '' : tokenOf({ ledger: name, fork, position }),
    done: true,
  };
}
