import { Rejection } from '@throughline/decider';
import { knownProjections, RebuildRefused, type Running } from '@throughline/read-model';
import type { Projections } from '../projections.ts';
import type { Projected, TimelineOptions } from '../timeline.ts';

/** The projections of the read side by their names. */
export class Rebuilds {
  constructor(
    private readonly options: Pick<TimelineOptions, 'projectorDb'>,
    private readonly running: Projections,
  ) {}

  get names(): readonly Projected[] {
    return Object.keys(this.running) as Projected[];
  }

  /** One by its name. Throws `ProjectionUnknown`, and `NotRebuilt` for what answers events with events. */
  async of(name: string): Promise<Running> {
    const found = this.names.find((one) => one === name);
    if (found) return this.running[found];
    const rebuilt = `Rebuilt are ${this.names.join(', ')}.`;
    const known = await knownProjections(this.options.projectorDb);
    if (!known.some((one) => one.name === name))
      throw new Rejection('ProjectionUnknown', `No projection is called so. ${rebuilt}`);
    throw new Rejection(
      'NotRebuilt',
      `What ${name} keeps guides what it does, and it must not do that again. ${rebuilt}`,
    );
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
