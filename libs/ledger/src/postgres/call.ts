import type { Claim } from '../flush.ts';
import type { SoundCommand } from '../command.ts';
import type { Outcome, Position, Refusal } from '../ledger.ts';

/** The statement that stores a flush; see `ledger.append` in the migrations. */
export const statement = `select head, versions, refused from ledger.append(${Array.from({ length: 20 }, (_, at) => `$${at + 1}`).join(', ')})`;

/** What {@link statement} answers. */
export type Answer = {
  readonly head: string;
  readonly versions: string | null;
  readonly refused: readonly Verdict[] | null;
};

type Verdict = { readonly nth: number } & (
  | { readonly is: 'duplicate'; readonly positions: readonly string[]; readonly versions: readonly number[] }
  | { readonly is: 'conflict'; readonly actual: number }
  | { readonly is: Refusal; readonly event?: string; readonly position?: string | null; readonly key?: string }
);

// No name and no JSON text can hold it.
const separator = '\u001e';
const joined = (texts: readonly string[]): string => texts.join(separator);
const numbers = (items: readonly (number | bigint)[]): string => `{${items.join(',')}}`;

/** With whom a command may share a call: what the function answers must not depend on the call's own commands. */
export const claimOf = ({ tenant, stream, expected, events, destroys, checkpoint, bytes }: SoundCommand): Claim => ({
  line: joined([tenant, stream]),
  alone: expected !== 'any',
  names: [...events.map(({ id }) => id), ...(checkpoint ? [joined(['consumer', checkpoint.consumer])] : [])],
  last: destroys.length > 0,
  bytes,
});

/** The values for {@link statement}. */
export const valuesOf = (writer: string, flush: string, commands: readonly SoundCommand[]): unknown[] => {
  const events = listed(commands, ({ events }) => events);
  const keys = listed(commands, ({ sealedUnder }) => sealedUnder);
  const destroys = listed(commands, ({ destroys }) => destroys);
  const moves = listed(commands, ({ checkpoint }) => (checkpoint ? [checkpoint] : []));
  const any = commands.every(({ expected }) => expected === 'any');
  return [
    writer,
    flush,
    joined(commands.map(({ tenant }) => tenant)),
    joined(commands.map(({ stream }) => stream)),
    any ? null : numbers(commands.map(({ expected }) => versionOf(expected))),
    numbers(events.of),
    joined(events.items.map(({ id }) => id)),
    joined(events.items.map(({ type }) => type)),
    joined(events.items.map(({ occurredAt }) => occurredAt)),
    joined(events.items.map(({ fingerprint }) => fingerprint)),
    joined(events.items.map(({ data }) => data)),
    joined(events.items.map(({ meta }) => meta)),
    numbers(keys.of),
    joined(keys.items),
    numbers(destroys.of),
    joined(destroys.items),
    numbers(moves.of),
    joined(moves.items.map(({ consumer }) => consumer)),
    numbers(moves.items.map(({ from }) => from)),
    numbers(moves.items.map(({ to }) => to)),
  ];
};

/** All items of all commands, and for each the number (from 1) of its command. */
const listed = <T>(commands: readonly SoundCommand[], itemsOf: (command: SoundCommand) => readonly T[]) => {
  const of: number[] = [];
  const items: T[] = [];
  commands.forEach((command, at) => {
    for (const item of itemsOf(command)) {
      of.push(at + 1);
      items.push(item);
    }
  });
  return { of, items };
};

const versionOf = (expected: SoundCommand['expected']): number => {
  if (typeof expected === 'number') return expected;
  switch (expected) {
    case 'any':
      return -1;
    case 'exists':
      return -2;
    case 'none':
      return 0;
  }
};

/** One outcome for each command of the call. */
export const outcomesOf = ({ head, versions, refused }: Answer, commands: readonly SoundCommand[]): Outcome[] => {
  const verdicts = new Map(refused?.map((verdict) => [verdict.nth, verdict]));
  const stored = versions === null ? [] : versions.split(',').map(Number);
  let position = BigInt(head);
  let at = 0;
  return commands.map(({ events }, index): Outcome => {
    const verdict = verdicts.get(index + 1);
    if (verdict) return outcomeOf(verdict);
    const positions = events.map(() => (position += 1n));
    return { is: 'appended', positions, versions: stored.slice(at, (at += events.length)) };
  });
};

const outcomeOf = (verdict: Verdict): Outcome => {
  switch (verdict.is) {
    case 'duplicate':
      return { is: 'duplicate', positions: verdict.positions.map(BigInt), versions: verdict.versions };
    case 'conflict':
      return { is: 'conflict', actual: verdict.actual };
    case 'IdReused':
    case 'IdElsewhere':
    case 'PartlyKnown':
    case 'KeyDestroyed':
    case 'CheckpointMoved': {
      const { is: reason, event, position, key } = verdict;
      return { is: 'refused', reason, event, position: position == null ? undefined : BigInt(position), key };
    }
  }
};

/**
 * The outcomes of a call that was made again because its first answer was lost: what was stored by the first try, that
 * is between `first` and `last`, is the caller's own append and no duplicate of somebody else's.
 */
export const owned = (outcomes: readonly Outcome[], { first, last }: { first: Position; last: Position }): Outcome[] =>
  outcomes.map((outcome) => {
    const mine =
      outcome.is === 'duplicate' && outcome.positions.every((position) => position >= first && position <= last);
    return mine ? { ...outcome, is: 'appended' } : outcome;
  });
