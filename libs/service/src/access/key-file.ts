import { readFile } from 'node:fs/promises';
import { CannotStart, isKey, newKey } from '@throughline/host';
import { makeKeyFile } from '@throughline/privacy';

const cannot =
  (path: string, what: 'read' | 'written') =>
  (error: NodeJS.ErrnoException): never => {
    throw new CannotStart(`BOOTSTRAP_KEY_FILE ${path} cannot be ${what}: ${error.code}`, { cause: error });
  };

const make = (path: string): void => {
  try {
    makeKeyFile(path, `${newKey()}\n`);
  } catch (error) {
    cannot(path, 'written')(error as NodeJS.ErrnoException);
  }
};

const textIn = async (path: string): Promise<string | undefined> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : cannot(path, 'read')(error),
  );
  return text?.trim();
};

/** The API key in a file, which is made where it is missing. Throws {@link CannotStart}. */
export const keyIn = async (path: string): Promise<string> => {
  let text = await textIn(path);
  if (text === undefined) {
    make(path);
    text = await textIn(path);
  }
  if (text !== undefined && isKey(text)) return text;
  throw new CannotStart(
    `BOOTSTRAP_KEY_FILE ${path} holds no API key: \`tl_\` and 43 characters. Remove it to have one made.`,
  );
};
