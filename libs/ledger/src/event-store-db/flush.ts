import { setTimeout as pause } from 'node:timers/promises';
import type { SoundCommand } from '../command.ts';
import { LedgerBusy, LedgerUnavailable } from '../errors.ts';
import { InvalidCommand, type Outcome } from '../ledger.ts';
import type { Server } from './client.ts';
import type { Fact, Facts, Settled } from './facts.ts';
import { ForeignEvent, nameOf, PositionUnusable, proposed, storedOf } from './record.ts';
import { identityOf, objectionTo } from './verdict.ts';

/** A command, and the token by which its reservations are known to be its own. */
export type Entry = { readonly command: SoundCommand; readonly token: string };

/** What became of a command: an error where it cannot be stored, or nobody knows. */
export type Answer = { readonly outcome: Outcome } | { readonly error: unknown };

/** So often a command whose stream changed under it is tried. */
const races = 100;
/** So often it is asked what became of a command whose answer was lost, and a store that is away is asked again. */
const losses = 2;
/** Milliseconds before that. */
const patience = 50;

type Open = Entry & {
  readonly name: string;
  answer?: Answer;
  /** How often nobody knew what became of it. */
  lost: number;
  reserved: boolean;
  /** How many events its stream had when it was sent and not heard of any more. */
  sentAt?: number;
};
type Known = Map<string, Fact>;

/**
 * Carries out commands in order; no two have an id in common. Their ids are reserved first, with the version that the stream
 * has then, and each is appended with an exact version from there on, when the one before it is stored. So what was sent,
 * and not heard of any more, comes right after the version that it was sent with or never: it is found there, or can be
 * sent again.
 */
export const flushTo =
  (server: Server, facts: Facts) =>
  async (entries: readonly Entry[]): Promise<Answer[]> => {
    const all = entries.map(({ command, token }): Open => ({ command, token, name: nameOf(command.tenant, command.stream), lost: 0, reserved: false })); // prettier-ignore
    for (let nth = 1; ; nth += 1) {
      const open = all.filter(({ answer }) => !answer);
      if (open.length === 0) break;
      if (open.some(({ lost }) => lost > 0)) await pause(patience);
      if (nth > races)
        for (const one of open) one.answer = { error: new LedgerBusy('the streams changed each time that they were appended to; nothing of this was stored') }; // prettier-ignore
      else await round(server, facts, open).catch((error: unknown) => open.forEach((one) => fail(one, error)));
    }
    // What is left of them is in nobody's way: whoever wants the ids takes them over.
    await facts.release(all.filter(isInVain)).catch(() => {});
    return all.map(({ answer }) => answer!);
  };

const round = async (server: Server, facts: Facts, all: readonly Open[]): Promise<void> => {
  const known: Known = await facts.of(all.flatMap(({ command }) => command.events.map(({ id }) => id)));
  const isDestroyed = await facts.destroyed(all.flatMap(({ command }) => command.sealedUnder));
  const streams = await lookAt(server, all, known);
  await settle(facts, known, [...streams.values()].flatMap(({ found }) => found)); // prettier-ignore
  tell(all, known);
  const open = all.filter(({ name, answer }) => !answer && streams.has(name));
  const ready = await reserve(facts, known, open, streams);
  const versions = new Map([...streams].map(([name, { version }]) => [name, version]));
  const stored = await send({ server, facts, isDestroyed, versions }, open, ready);
  const places = await eachStream(stored, (name, theirs) => server.read(name, streams.get(name)!.version, theirs.reduce((sum, { command }) => sum + command.events.length, 0))); // prettier-ignore
  await settle(facts, known, [...places.values()].flat().map(storedOf)); // prettier-ignore
  tell(stored, known);
};

/** Answers what can be said of commands by their ids. */
const tell = (all: readonly Open[], known: Known): void => {
  for (const open of all) {
    const outcome = identityOf(open.command, open.token, known);
    if (outcome) open.answer ??= { outcome };
  }
};

/** Does something for each stream; those for which it fails are left out of the answer. */
const eachStream = async <T>(
  all: readonly Open[],
  work: (name: string, theirs: readonly Open[]) => Promise<T>,
): Promise<Map<string, T>> => {
  const done = new Map<string, T>();
  const each = async ([name, theirs]: [string, readonly Open[]]) => {
    try {
      done.set(name, await work(name, theirs));
    } catch (error) {
      theirs.forEach((open) => fail(open, error));
    }
  };
  await Promise.all([...Map.groupBy(all, ({ name }) => name)].map(each));
  return done;
};

const fail = (open: Open, error: unknown): void => {
  if (open.answer) return;
  open.lost += 1;
  const isFinal = [InvalidCommand, ForeignEvent, PositionUnusable].some((kind) => error instanceof kind);
  if (isFinal) open.answer = { error };
  else if (open.lost >= losses) open.answer = { error: unavailable(error) };
};

const unavailable = (error: unknown): Error =>
  error instanceof LedgerUnavailable
    ? error
    : new LedgerUnavailable(`a store of the ledger is away: ${(error as Error).message}`, { cause: error });

const isInVain = ({ answer, reserved }: Open): boolean => {
  if (!reserved || !answer) return false;
  if ('error' in answer) return !(answer.error instanceof LedgerUnavailable);
  return answer.outcome.is === 'conflict' || answer.outcome.is === 'refused';
};

type Looks = ReadonlyMap<string, { readonly version: number; readonly found: readonly Settled[] }>;

/** How many events each stream has, and those that were reserved and are there. */
const lookAt = (server: Server, all: readonly Open[], known: Known): Promise<Looks> =>
  eachStream(all, async (name, theirs) => {
    const { tenant, stream } = theirs[0]!.command;
    const ids = theirs.flatMap(({ command }) => command.events.map(({ id }) => id));
    const reserved = ids.flatMap((id) => {
      const fact = known.get(id);
      return fact?.position === null && fact.tenant === tenant && fact.stream === stream ? [fact.after] : [];
    });
    if (reserved.length === 0) return { version: await server.versionOf(name), found: [] };
    const after = Math.min(...reserved);
    const since = (await server.read(name, after)).map(storedOf);
    const wanted = new Set(ids);
    return { version: since.at(-1)?.version ?? after, found: since.filter(({ id }) => wanted.has(id)) };
  });

const settle = async (facts: Facts, known: Known, events: readonly Settled[]): Promise<void> => {
  for (const [id, fact] of await facts.settle(events)) known.set(id, fact);
};

/** The ids that are theirs now. The others were lost to somebody in between, and are looked at again. */
const reserve = async (facts: Facts, known: Known, open: readonly Open[], streams: Looks): Promise<Set<string>> => {
  const reservations = open.map(({ command, token, name }) => ({ command, token, after: streams.get(name)!.version }));
  for (const one of open) one.reserved = true;
  return facts.reserve(reservations, [...new Set([...known.values()].map(({ token }) => token))]); // prettier-ignore
};

type Sending = {
  readonly server: Server;
  readonly facts: Facts;
  readonly isDestroyed: (tenant: string, key: string) => boolean;
  /** How many events streams have by now. */
  readonly versions: Map<string, number>;
};

/**
 * Appends one after the other, as they came. A stream of which one is not stored, and might have been, waits with the rest
 * for the next round. Answers those that are stored.
 */
const send = async (sending: Sending, all: readonly Open[], ready: ReadonlySet<string>): Promise<Open[]> => {
  const stored: Open[] = [];
  const stopped = new Set<string>();
  for (const open of all) {
    const { command, name } = open;
    if (stopped.has(name)) continue;
    const isReady = command.events.every(({ id }) => ready.has(id));
    if (isReady && (await sendOne(sending, open))) stored.push(open);
    else if (!open.answer) stopped.add(name);
  }
  return stored;
};

const sendOne = async ({ server, facts, isDestroyed, versions }: Sending, open: Open): Promise<boolean> => {
  const { command, name } = open;
  const version = versions.get(name)!;
  // What may arrive at any moment is not judged any more.
  const objection = open.sentAt === version ? undefined : objectionTo(command, version, isDestroyed);
  if (objection) open.answer = { outcome: objection };
  else if (command.events.length === 0) open.answer = { outcome: { is: 'appended', positions: [], versions: [] } };
  if (open.answer) return false;
  const events = command.events.map((event) => proposed(command.tenant, event));
  try {
    await facts.destroy([open]);
    open.sentAt = version;
    if ((await server.append(name, version, events)) === 'stored') {
      versions.set(name, version + events.length);
      return true;
    }
    open.sentAt = undefined;
  } catch (error) {
    fail(open, error);
  }
  return false;
};
