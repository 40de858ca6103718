import { execFile } from 'node:child_process';
import { chmod, chown, lchown, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServerFailed } from './errors.ts';

const run = promisify(execFile);

/** As whom the server runs; undefined = as ourselves. */
export type Account = { uid: number; gid: number } | undefined;

/**
 * PostgreSQL refuses root, so under root it runs as the owner of its data, and where there is none yet as `postgres`
 * or else `nobody`. (`initdb` wants an account with a name, so a bare number will not do.)
 *
 * @throws ServerFailed where the system has neither
 */
export async function accountFor(data: string): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(data).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await idsOf('postgres')) ?? (await idsOf('nobody'));
  if (!account) throw new ServerFailed('PostgreSQL does not run as root, and there is no user postgres or nobody');
  return account;
}

async function idsOf(user: string): Promise<Account> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map(async (which) => (await run('id', [which, user])).stdout));
    return { uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}

/** Makes the folder where it is missing, and makes it and all in it the account's own, for nobody else to read. */
export async function own(folder: string, account: Account): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  if (!account || (await stat(folder)).uid === account.uid) return;
  for (const entry of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, entry), account.uid, account.gid);
  }
  await chown(folder, account.uid, account.gid);
}

/** Under root: leaves the files of a folder to the folder's owner, who may want to go on without root. */
export async function leaveToOwner(home: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(home);
  for (const entry of await readdir(home, { withFileTypes: true })) {
    if (entry.isFile()) await chown(join(home, entry.name), uid, gid);
  }
}
