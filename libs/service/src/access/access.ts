import { fileURLToPath } from 'node:url';
import { type Auth, type AuthSettings, digestOf, homeTenant, issuerOf, tokensOf } from '@throughline/host';
import { Rejection } from '@throughline/decider';
import type { Sources } from '../sources.ts';
import { addKey, keyFinder } from './key.ts';
import { keyIn } from './key-file.ts';

/** The folder of the SQL migrations of schema `access`. */
export const migrations: string = fileURLToPath(new URL('../../migrations', import.meta.url));

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
  sources: Pick<Sources, 'db' | 'projectorDb' | 'log'>,
): Promise<Auth | undefined> => {
  if (wanted.AUTH !== 'on') return undefined;
  if (wanted.BOOTSTRAP_KEY_FILE !== undefined) await bootstrap(sources, wanted.BOOTSTRAP_KEY_FILE);
  const issuer = issuerOf(wanted);
  if (!issuer && wanted.BOOTSTRAP_KEY_FILE === undefined)
    sources.log?.warn({}, 'AUTH is on without OIDC_ISSUER and BOOTSTRAP_KEY_FILE: only API keys that were made before are let in'); // prettier-ignore
  return { keys: keyFinder(sources.projectorDb), ...(issuer && { tokens: tokensOf(issuer) }) };
};
