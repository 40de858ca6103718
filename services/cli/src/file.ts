import { readFile } from 'node:fs/promises';

/** A path where nothing is, or nothing that can be read. */
export class NothingThere extends Error {
  constructor(path: string, what = 'file') {
    super(`there is no ${what} ${path} that can be read`);
  }
}

/** The text of a file that somebody named. Throws {@link NothingThere}. */
export const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch(() => {
    throw new NothingThere(path);
  });

/** The same as JSON. Throws {@link NothingThere}, or a sentence that names the file. */
export const jsonOf = async (path: string): Promise<unknown> => {
  const text = await textOf(path);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
};
