import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { CannotStart, isKey, newKey } from '@throughline/host';

const cannot =
  (path: string, what: 'read' | 'written') =>
  (error: NodeJS.ErrnoException): never => {
    throw new CannotStart(`BOOTSTRAP_KEY_FILE ${path} cannot be ${what}: ${error.code}`, { cause: error });
  };

// Linked into place: whoever starts at the same moment reads a whole key, and all read the same.
const make = async (path: string): Promise<void> => {
  const aside = `${path}.${randomUUID()}`;
  await writeFile(aside, `${newKey()}\n`, { mode: 0o600, flush: true }).catch(cannot(path, 'written'));
  try {
    await link(aside, path).catch((error: NodeJS.ErrnoException) => error.code === 'EEXIST' || cannot(path, 'written')(error)); // prettier-ignore
  } finally {
    await rm(aside);
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
    await make(path);
    text = await textIn(path);
  }
  if (text !== undefined && isKey(text)) return text;
  throw new CannotStart(
    `BOOTSTRAP_KEY_FILE ${path} holds no API key: \`tl_\` and 43 characters. Remove it to have one made.`,
  );
};
