import { InvalidArgumentError } from 'commander';

/** Reads a whole number of something from what was typed; commander says which option or argument it is not for. */
export const within =
  (least: number, most: number, of: string) =>
  (text: string): number => {
    const count = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    if (count >= least && count <= most) return count;
    throw new InvalidArgumentError(`It is not a number of ${of} from ${least} to ${most}.`);
  };
