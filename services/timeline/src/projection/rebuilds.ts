import { Rejection } from '@throughline/decider';
import {
  type Known,
  knownProjections,
  type Rebuild,
  rebuildElsewhere,
  type RebuildElsewhere,
  RebuildRefused,
  type Running,
} from '@throughline/read-model';
import type { Projections } from '../projections.ts';
import type { TimelineOptions } from '../timeline.ts';

/** A projection as it is now, and what can be done to what stands beside it. */
export type Projection = {
  readonly name: string;
  readonly version: number;
  readonly position: bigint;
  readonly state: Running['following']['state'] | 'elsewhere';
  readonly rebuild: RebuildElsewhere;
};

const here = ({ projection, following, rebuild }: Running): Projection => ({
  name: projection.projection,
  version: projection.liveVersion(),
  position: following.position(),
  state: following.state,
  rebuild,
});

/** The projections of the read side by their names, and those that others work on. */
export class Rebuilds {
  constructor(
    private readonly options: Pick<TimelineOptions, 'projectorDb'>,
    private readonly running: Projections,
  ) {}

  /** All: those of the read side first. */
  async all(): Promise<Projection[]> {
    return [...Object.values(this.running).map(here), ...(await this.elsewhere())];
  }

  /** One by its name. Throws `ProjectionUnknown`. */
  async of(name: string): Promise<Projection> {
    const running = this.own(name);
    const found = running ? here(running) : (await this.elsewhere()).find((one) => one.name === name);
    if (!found) throw new Rejection('ProjectionUnknown', `No projection is called so. ${this.rebuilt()}`);
    return found;
  }

  /** One that is rebuilt. Throws `ProjectionUnknown`, and `NotRebuilt` for what answers events with events. */
  async rebuild(name: string): Promise<Rebuild> {
    const running = this.own(name);
    if (running) return running.rebuild;
    await this.of(name);
    throw new Rejection(
      'NotRebuilt',
      `What ${name} keeps guides what it does, and it must not do that again. ${this.rebuilt()}`,
    );
  }

  private own(name: string): Running | undefined {
    return Object.values(this.running).find(({ projection }) => projection.projection === name);
  }

  private rebuilt(): string {
    return `Rebuilt are ${Object.keys(this.running).join(', ')}.`;
  }

  private async elsewhere(): Promise<Projection[]> {
    const { projectorDb: db } = this.options;
    const known = (await knownProjections(db)).filter(({ name }) => !this.own(name));
    return known.map(({ name, version, position }: Known) => ({
      name,
      version,
      position,
      state: 'elsewhere',
      rebuild: rebuildElsewhere(db, name),
    }));
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
