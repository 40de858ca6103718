import { fileURLToPath } from 'node:url';
import { readFile, writeFile } from 'node:fs/promises';
import {
  type Auth,
  type AuthSettings,
  CannotStart,
  digestOf,
  homeTenant,
  isKey,
  issuerOf,
  newKey,
  tokensOf,
} from '@throughline/host';
import { Rejection } from '@throughline/decider';
import type { Sources } from '../sources.ts';
import { addKey, keyFinder } from './key.ts';

/** The folder of the SQL migrations of schema `access`. */
export const migrations: string = fileURLToPath(new URL('../../migrations', import.meta.url));

const keyIn = async (path: string): Promise<string> => {
  // Whoever comes first makes it; the others read what it made.
  const made = newKey();
  const isNew = await writeFile(path, `${made}\n`, { mode: 0o600, flag: 'wx' }).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return false;
    throw new CannotStart(`BOOTSTRAP_KEY_FILE ${path} cannot be written: ${error.code}`, { cause: error });
  }); // prettier-ignore
  if (isNew) return made;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`BOOTSTRAP_KEY_FILE ${path} cannot be read: ${error.code}`, { cause: error });
  });
  if (isKey(text.trim())) return text.trim();
  throw new CannotStart(
    `BOOTSTRAP_KEY_FILE ${path} holds no API key: \`tl_\` and 43 characters. Remove it to have one made.`,
  );
};

/**
 * The first key: that in the file, which is made where it is missing, is an operator of the home tenant. A key that was
 * revoked stays so: its name is taken.
 */
const bootstrap = async ({ db }: Pick<Sources, 'db'>, path: string): Promise<void> => {
  const key = await keyIn(path);
  const draft = { name: `bootstrap ${digestOf(key).toString('hex').slice(0, 8)}`, roles: ['operator'] as const };
  await addKey(db, { tenant: homeTenant, actor: 'BOOTSTRAP_KEY_FILE' }, draft, key).catch((error: unknown) => {
    if (!(error instanceof Rejection)) throw error;
  });
};

/** How callers prove who they are, as it is set; undefined where AUTH is off. Throws `CannotStart`. */
export const authOf = async (
  wanted: Partial<AuthSettings>,
  sources: Pick<Sources, 'db' | 'projectorDb'>,
): Promise<Auth | undefined> => {
  if (wanted.AUTH !== 'on') return undefined;
  if (wanted.BOOTSTRAP_KEY_FILE !== undefined) await bootstrap(sources, wanted.BOOTSTRAP_KEY_FILE);
  const issuer = issuerOf(wanted);
  return { keys: keyFinder(sources.projectorDb), ...(issuer && { tokens: tokensOf(issuer) }) };
};
