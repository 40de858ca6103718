/** One script of writers, consumers and a rebuild, in an order that a seed decides: any two things may happen between any others. */
import { randomUUID } from 'node:crypto';
import type { Command, Expected, Ledger, Outcome, Position, StoredEvent } from '../ledger.ts';
import { command, event, everything, show } from './world.ts';

type Dice = (sides: number) => number;

/** Everything that comes of a seed comes of it again. */
const dice = (seed: number): Dice => {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
};

type Scene = {
  readonly tenant: string;
  /** What there was before; positions are counted from here. */
  readonly after: Position;
  readonly roll: Dice;
  /** What was sent, for somebody to send again. */
  readonly sent: Command[];
  /** The model: what was accepted, by its first event, and where it is. */
  readonly accepted: Map<string, { readonly command: Command; readonly positions: readonly Position[] }>;
  readonly complain: (what: string) => never;
};

type Rows = Map<string, string>;
type Actor = AsyncGenerator<undefined, void>;

const reacted = 'Reacted';

/** A projection that tells every order, gap and repetition of a stream from every other. */
const fold = (rows: Rows, events: readonly StoredEvent[]): Rows => {
  for (const { stream, version, id } of events) rows.set(stream, `${rows.get(stream) ?? ''} ${version}:${id}`);
  return rows;
};

/** Holds an outcome against the model. */
const hear = ({ accepted, complain }: Scene, one: Command, outcome: Outcome) => {
  const known = accepted.get(one.events[0]?.id ?? '');
  if (outcome.is === 'appended' && one.events.length > 0) {
    if (known) complain(`stored twice: ${show(one)}`);
    accepted.set(one.events[0]!.id, { command: one, positions: outcome.positions });
  } else if (known && (outcome.is !== 'duplicate' || show(outcome.positions) !== show(known.positions)))
    complain(`accepted at ${show(known.positions)}, and then ${show(outcome)}`);
  else if (!known && outcome.is === 'duplicate') complain(`a duplicate of nothing: ${show(one)}`);
  else if (outcome.is === 'conflict' && outcome.actual === one.expected)
    complain(`a conflict with what was expected: ${show(outcome)}`);
};

const wishes: readonly Expected[] = ['any', 'any', 'any', 'none', 'exists', 0, 1, 2];

/** Appends, loses answers and asks again, and sometimes sends what another one sent. */
async function* writer(scene: Scene, ledger: Ledger): Actor {
  const { roll, sent, tenant } = scene;
  for (let left = 3; left > 0; left -= 1) {
    const again = sent.length > 0 && roll(4) === 0 ? sent[roll(sent.length)] : undefined;
    const expected = wishes[roll(wishes.length)]!;
    const events = Array.from({ length: 1 + roll(2) }, () => event({ data: '{}', meta: '{}' }));
    const one = again ?? command(tenant, `s${roll(2)}`, { expected, events });
    sent.push(one);
    for (let lost = true; lost; lost = roll(3) === 0) {
      yield;
      hear(scene, one, (await ledger.append([one]))[0]!);
    }
  }
}

/** Answers what it hears by an event, and moves its checkpoint with it; another one of the same name is at it as well. */
async function* reactor(scene: Scene, ledger: Ledger): Actor {
  const { roll, tenant, after } = scene;
  for (let left = 4; left > 0; left -= 1) {
    yield;
    const from = await ledger.checkpoint(tenant);
    yield;
    const page = await ledger.tail(after + from, { limit: 1 + roll(4) });
    if (page.length === 0 || roll(5) === 0) continue; // It may die here, too.
    yield;
    const to = page.at(-1)!.position - after;
    const heard = page.filter(({ type }) => type !== reacted).map(({ id }) => id);
    const events = heard.length > 0 ? [event({ type: reacted, data: JSON.stringify(heard), meta: '{}' })] : [];
    const one = command(tenant, 'reactions', { events, checkpoint: { consumer: tenant, from, to } });
    hear(scene, one, (await ledger.append([one]))[0]!);
  }
}

/** Follows the tail from a position, with rows that are kept together with it; what was not yet kept can get lost. */
async function* follower({ roll, after, complain }: Scene, ledger: Ledger, kept: Kept): Actor {
  for (let left = 6; left > 0; left -= 1) {
    yield;
    const at = kept.at ?? after;
    const page = await ledger.tail(at, { limit: 1 + roll(3) });
    page.forEach(({ position }, nth) => {
      if (position !== at + BigInt(nth + 1)) complain(`a reader at ${at} hears of ${position}`);
    });
    yield;
    if (roll(4) === 0) continue;
    fold(kept.rows, page);
    kept.at = page.at(-1)?.position ?? at;
  }
}

type Kept = { at?: Position; readonly rows: Rows };

/** Whether what is there is what was accepted, in its order, and every reaction there once. */
const judge = (scene: Scene, log: readonly StoredEvent[], checkpoint: Position) => {
  const { accepted, after, complain } = scene;
  const streams = new Map<string, number>();
  log.forEach(({ position, stream, version }, nth) => {
    if (position !== after + BigInt(nth + 1)) complain(`a hole before ${position}`);
    if (version !== (streams.get(stream) ?? 0) + 1) complain(`${stream} has version ${version} at ${position}`);
    streams.set(stream, version);
  });
  const places = new Map(log.map(({ id, position }) => [id, position]));
  const model = [...accepted.values()].flatMap((one) => one.command.events.map(({ id }, nth) => ({ id, at: one.positions[nth] }))); // prettier-ignore
  for (const { id, at } of model) if (places.get(id) !== at) complain(`${id} was accepted at ${at} and is not there`);
  if (log.length !== model.length) complain(`${log.length} events, and ${model.length} were accepted`);
  const due = log
    .filter(({ type, position }) => type !== reacted && position <= after + checkpoint)
    .map(({ id }) => id);
  const done = log.filter(({ type }) => type === reacted).flatMap(({ data }) => JSON.parse(data) as string[]);
  if (show(done) !== show(due)) complain(`reacted to ${show(done)} of ${show(due)}`);
};

/**
 * Plays one order of things and throws, with the seed, where a promise does not hold: positions dense, streams
 * contiguous, what is there is what was accepted, readers see a prefix, reactions exactly once, and a projection that
 * lived through it is the same as one made anew. All ledgers are of one store, and nobody else appends.
 */
export const interleave = async (ledgers: readonly Ledger[], seed: number): Promise<void> => {
  const roll = dice(seed);
  const complain = (what: string): never => {
    throw new Error(`seed ${seed}: ${what}`);
  };
  const after = await ledgers[0]!.head();
  const scene: Scene = { tenant: randomUUID(), after, roll, sent: [], accepted: new Map(), complain };
  const some = () => ledgers[roll(ledgers.length)]!;
  const live: Kept = { rows: new Map() };
  const rebuilt: Kept = { rows: new Map() };
  const actors = [writer(scene, some()), writer(scene, some()), reactor(scene, some()), reactor(scene, some()), follower(scene, some(), live), follower(scene, some(), rebuilt)]; // prettier-ignore
  while (actors.length > 0) {
    // Sometimes several at once: then the store decides.
    const chosen = new Set(Array.from({ length: 1 + roll(2) }, () => actors[roll(actors.length)]!));
    const steps = await Promise.all([...chosen].map(async (actor) => ({ actor, done: (await actor.next()).done })));
    for (const { actor, done } of steps) if (done) actors.splice(actors.indexOf(actor), 1);
  }
  const log = await everything(ledgers[0]!, after);
  judge(scene, log, await ledgers[0]!.checkpoint(scene.tenant));
  const replayed = [...fold(new Map(), log)];
  for (const { at = after, rows } of [live, rebuilt]) {
    const whole = fold(rows, await everything(ledgers[0]!, at));
    if (show([...whole]) !== show(replayed)) complain('a projection that lived through it is another one');
  }
};
