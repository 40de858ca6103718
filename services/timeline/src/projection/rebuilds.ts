import { Rejection } from '@throughline/decider';
import { knownProjections, type Rebuild, RebuildRefused } from '@throughline/read-model';
import { type Projections, rebuildsOf } from '../projections.ts';
import type { Projected, TimelineOptions } from '../timeline.ts';

/** How often it is looked whether something stands beside a projection, whichever process put it there, in milliseconds. */
const lookMs = 5_000;

/** What stands beside the projections of the read side: this process works on it for as long as it lives. */
export class Rebuilds {
  readonly #all: Readonly<Record<Projected, Rebuild>>;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: TimelineOptions,
    readonly running: Projections,
  ) {
    this.#all = rebuildsOf(options, running);
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  get names(): readonly Projected[] {
    return Object.keys(this.#all) as Projected[];
  }

  /** One by its name. Throws `ProjectionUnknown`, and `NotRebuilt` for what answers events with events. */
  async of(name: string): Promise<{ readonly name: Projected; readonly rebuild: Rebuild }> {
    const found = this.names.find((one) => one === name);
    if (found) return { name: found, rebuild: this.#all[found] };
    const rebuilt = `Rebuilt are ${this.names.join(', ')}.`;
    const known = await knownProjections(this.options.projectorDb);
    if (!known.some((one) => one.name === name))
      throw new Rejection('ProjectionUnknown', `No projection is called so. ${rebuilt}`);
    throw new Rejection(
      'NotRebuilt',
      `What ${name} keeps guides what it does, and it must not do that again. ${rebuilt}`,
    );
  }

  /** Ends this process' work. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(Object.values(this.#all).map((one) => one.stop()));
  }

  #look(): void {
    this.#looking = this.#looking
      .then(() => Promise.all(Object.values(this.#all).map((one) => one.attend())))
      .catch((error: Error) => this.options.log?.debug({ error: error.name }, 'what stands beside is not known'));
  }
}

/** Runs what a rebuild is asked for. What keeps it from it becomes a refusal: its reasons, and a database without room. */
export const refusing = async <T>(asked: Promise<T>): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RebuildRefused) throw new Rejection(error.why, error.message);
    const { code, message } = error as Error & { code?: string };
    if (code?.startsWith('53')) throw new Rejection('NoRoom', `${message}; nothing was changed.`);
    throw error;
  }
};
