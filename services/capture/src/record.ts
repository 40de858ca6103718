import type { Draft } from '@throughline/contracts';
import { Conflict, Rejection } from '@throughline/decider';
import { Busy } from '@throughline/host';
import {
  type Command,
  InvalidCommand,
  type Expected,
  type Ledger,
  LedgerBusy,
  LedgerClosed,
  LedgerUnavailable,
  type Outcome,
} from '@throughline/ledger';
import { KeyDestroyed, type Vault } from '@throughline/privacy';

/** An event to be recorded, and what "the same content" means for it. */
export type Fact = {
  readonly draft: Draft;
  readonly stream: string;
  /** 64 hexadecimal digits, keyed. */
  readonly fingerprint: string;
  /** What the stream has to be like; anything unless given. */
  readonly expected?: Expected;
  /** Why it is not taken, unless it was before: then it is known all the same. */
  readonly refusal?: Rejection;
  /** Ids of keys that are destroyed ones from this event on. */
  readonly destroys?: readonly string[];
  /** Where the caller's body has the key that makes it unique: a JSON Pointer. */
  readonly keyAt?: string;
};

/** What became of a fact: stored now, known before (with the first one's position), or neither. */
export type Recording =
  | { readonly is: 'captured' | 'duplicate'; readonly id: string; readonly position: bigint }
  | { readonly is: 'refused'; readonly error: Rejection | Conflict };

type Deps = { readonly ledger: Pick<Ledger, 'append' | 'tail'>; readonly vault: Pick<Vault, 'seal' | 'open'> };

// So many are sealed while the ones before are stored; bounds what a large batch holds at once.
const slice = 500;

/**
 * Seals facts of one tenant and appends them, one outcome for each, in order. A fact that is refused harms no other.
 * Throws `Busy` where the ledger takes nothing at the moment: asking again with the same facts is safe.
 */
export const record = async (deps: Deps, tenant: string, facts: readonly Fact[]): Promise<Recording[]> => {
  const recordings: Recording[] = [];
  let storing: Promise<Recording[]> = Promise.resolve([]);
  for (let from = 0; from < facts.length; from += slice) {
    const some = facts.slice(from, from + slice);
    const sealing = sealed(deps, tenant, some);
    recordings.push(...(await settle(storing, sealing)));
    storing = stored(deps, tenant, some, await sealing);
  }
  recordings.push(...(await storing));
  return recordings;
};

/** Records one fact; throws what it is refused with. */
export const recordOne = async (
  deps: Deps,
  tenant: string,
  fact: Fact,
): Promise<Extract<Recording, { is: 'captured' | 'duplicate' }>> => {
  const [recording] = await record(deps, tenant, [fact]);
  if (recording!.is === 'refused') throw recording!.error;
  return recording!;
};

// Both are awaited, whichever fails, so that no failure goes unheard.
const settle = async <T>(first: Promise<T>, second: Promise<unknown>): Promise<T> => {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return one.value;
};

type Ready = Command | Rejection;

// No stream ever gets there, and the ledger looks whether an event is known before it looks at its stream.
const never = Number.MAX_SAFE_INTEGER;

const erased = (): Rejection =>
  new Rejection('SubjectErased', 'It belongs to somebody who was erased, and can no longer be kept.');

const sealed = async ({ vault }: Pick<Deps, 'vault'>, tenant: string, facts: readonly Fact[]): Promise<Ready[]> => {
  try {
    const events = await vault.seal(tenant, facts.map(({ draft }) => draft)); // prettier-ignore
    return events.map(({ event, sealedUnder }, at) => {
      const { stream, fingerprint, refusal, expected = refusal ? never : 'any', destroys } = facts[at]!;
      return { tenant, stream, expected, events: [{ ...event, fingerprint }], sealedUnder, destroys };
    });
  } catch (error) {
    if (!(error instanceof KeyDestroyed)) throw error;
    if (facts.length === 1) return [erased()];
    return (await Promise.all(facts.map((fact) => sealed({ vault }, tenant, [fact])))).flat();
  }
};

const stored = async (
  deps: Deps,
  tenant: string,
  facts: readonly Fact[],
  ready: readonly Ready[],
): Promise<Recording[]> => {
  const commands = ready.filter((one): one is Command => !(one instanceof Rejection));
  const outcomes = (await append(deps.ledger, commands)).values();
  const all = ready.map((one) => (one instanceof Rejection ? one : outcomes.next().value!));
  const isRefused = (one: Outcome | Rejection) => !(one instanceof Rejection) && one.is === 'refused';
  // Most often nothing is, and nothing has to be looked up.
  const told = all.some(isRefused) ? await Promise.all(all.map((one) => leftAlone(deps, tenant, one))) : all;
  return told.map((outcome, at) => recordingOf(facts[at]!, outcome));
};

/**
 * Under the id of an event with somebody erased in it nothing else is taken: what it said cannot be told any more, and is not
 * to come back as a change of it. It is the same, whatever comes.
 */
const leftAlone = async (
  { ledger, vault }: Deps,
  tenant: string,
  outcome: Outcome | Rejection,
): Promise<Outcome | Rejection> => {
  if (outcome instanceof Rejection || outcome.is !== 'refused') return outcome;
  const { reason, event: id, position } = outcome;
  if ((reason !== 'IdReused' && reason !== 'IdElsewhere') || position === undefined) return outcome;
  const known = (await ledger.tail(position - 1n, { limit: 1 })).filter(
    (one) => one.id === id && one.tenant === tenant,
  );
  const [opened] = await vault.open(tenant, known);
  return opened?.erased ? { is: 'duplicate', positions: [position], versions: [known[0]!.version] } : outcome;
};

const recordingOf = ({ draft: { id }, stream, refusal, keyAt }: Fact, outcome: Outcome | Rejection): Recording => {
  if (outcome instanceof Rejection) return { is: 'refused', error: outcome };
  switch (outcome.is) {
    case 'appended':
      return { is: 'captured', id, position: outcome.positions[0]! };
    case 'duplicate':
      return { is: 'duplicate', id, position: outcome.positions[0]! };
    case 'conflict':
      return { is: 'refused', error: refusal ?? new Conflict(stream, outcome.actual) };
    case 'refused':
      return refusalOf(outcome.reason, keyAt);
  }
};

const refusalOf = (reason: Extract<Outcome, { is: 'refused' }>['reason'], keyAt?: string): Recording => {
  switch (reason) {
    case 'IdReused':
    case 'IdElsewhere':
      return { is: 'refused', error: reused(keyAt) };
    case 'KeyDestroyed':
      return { is: 'refused', error: erased() };
    case 'PartlyKnown':
    case 'CheckpointMoved':
      throw new Error(`a single event was refused as ${reason}`);
  }
};

const reused = (keyAt?: string): Rejection =>
  new Rejection(
    'IdReused',
    'The same key was used before for something with another content. What was stored first stays.',
    keyAt === undefined ? [] : [{ pointer: keyAt, reason: 'was used before, with another content' }],
  );

// The ledger refuses a whole call for one command that it cannot store; the others must not suffer for it.
const append = async (
  ledger: Pick<Ledger, 'append'>,
  commands: readonly Command[],
): Promise<(Outcome | Rejection)[]> => {
  if (commands.length === 0) return [];
  try {
    return [...(await ledger.append(commands))];
  } catch (error) {
    if (!(error instanceof InvalidCommand)) throw inWords(error);
    if (commands.length === 1) return [new Rejection('NotStorable', `It cannot be stored: ${error.message}.`)];
    const half = commands.length >> 1;
    return [...(await append(ledger, commands.slice(0, half))), ...(await append(ledger, commands.slice(half)))];
  }
};

/** An error of the ledger as callers are told it. The cause tells reactors that it is not the event's fault. */
export const inWords = (cause: unknown): unknown => {
  const busy = busyOf(cause);
  return busy ? Object.assign(busy, { cause }) : cause;
};

const busyOf = (error: unknown): Busy | undefined => {
  if (error instanceof LedgerBusy)
    return new Busy('The ledger has too much to do. Nothing was stored; send it again.', 1);
  if (error instanceof LedgerUnavailable)
    return new Busy(
      'The ledger cannot be reached, and what it stored is not known. Send it again: nothing is stored twice.',
      2,
    );
  if (error instanceof LedgerClosed) return new Busy('The server is stopping. Send it again.', 2, 'Stopping');
  return undefined;
};
