/** Why something is not done to what stands beside a projection. */
export type WhyNot = 'NothingBeside' | 'NotCaughtUp' | 'TablesChanged' | 'TablesBusy';

/** What was asked for cannot be done now; nothing was changed. */
export class RebuildRefused extends Error {
  override readonly name = 'RebuildRefused';

  constructor(
    readonly why: WhyNot,
    message: string,
  ) {
    super(message);
  }
}

export const notCaughtUp = (projection: string): RebuildRefused =>
  new RebuildRefused('NotCaughtUp', `What stands beside ${projection} has not caught up with it yet: ask again.`);
