import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { eventually, skipBecause } from '@throughline/testing';
import { ask, begin, dir, folder, instance, isAlive, kill, program } from '../test/clusters.ts';
import { accountFor } from './account.ts';
import { binariesFor, locate } from './binaries.ts';

const nobody = { uid: 65534, gid: 65534 };
const isOpen = (file: string): boolean => spawnSync('test', ['-r', file], nobody).status === 0;

const asRoot = skipBecause(process.getuid?.() !== 0 && 'needs root');
const asRootInTheOpen = skipBecause(
  process.getuid?.() !== 0
    ? 'needs root; under another user every other test shows it'
    : !(isOpen(program) && isOpen(process.execPath)) && 'the checkout is closed to other users',
);

describe('under root', () => {
  const enters = async (folder: string) => {
    const account = await accountFor(join(dir, 'data'));
    return spawnSync('sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...account }).status === 0;
  };

  asRoot('the server runs as somebody else, and its data stays below a folder that only root may enter', async () => {
    const secret = join(folder('only-root'), 'checkout', 'postgres');
    await mkdir(secret, { recursive: true });
    await chmod(folder('only-root'), 0o700);
    const { superuser, pid } = await begin({ dir: secret });
    expect(await enters(secret)).toBe(false);
    expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
    expect(await ask(superuser, 'select 1')).toEqual([[1]]);
    expect(await readdir(join(secret, 'data'))).toContain('pg_wal');
  });

  asRoot('the server finds its data again after one of its processes crashed', async () => {
    const { superuser } = await begin();
    const [[backend] = []] = (await ask(
      superuser,
      `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
    )) as [number][];
    process.kill(backend!, 'SIGKILL');
    await eventually(() => expect(isAlive(backend!)).toBe(false));
    await eventually(async () => expect(await ask(superuser, 'select 1')).toEqual([[1]]));
  });

  asRootInTheOpen('an instance of another user works as that user', async () => {
    const home = await mkdtemp(join(tmpdir(), 'nobody-'));
    await chown(home, nobody.uid, nobody.gid);
    const { process: other, superuser, pid } = await instance(join(home, 'postgres'), nobody);
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid);
    expect(await ask(superuser, 'select 1')).toEqual([[1]]);
    await kill(other);
    // Root finds it as that user left it, and goes on as that user.
    const taken = await begin({ dir: join(home, 'postgres') });
    expect((await stat(`/proc/${taken.pid}`)).uid).toBe(nobody.uid);
    expect((await stat(join(home, 'postgres', 'server.json'))).uid).toBe(nobody.uid);
    await taken.stop('immediate');
    await rm(home, { recursive: true });
  });

  asRoot('programs that the account may not reach, or without their links, run from the cache', async () => {
    const { native, version } = locate();
    const open = await mkdtemp(join(tmpdir(), 'cache-'));
    await chmod(open, 0o755);
    const hidden = join(folder('checkout'), 'native');
    await cp(native, hidden, {
      recursive: true,
      filter: (path) => !/\.so(\.\d+)?$/.test(path) || !path.includes('libicu'),
    });
    process.env.THROUGHLINE_CACHE_DIR = open;
    try {
      const account = await accountFor(join(dir, 'data'));
      const said: string[] = [];
      const log = (line: string) => void said.push(line);
      const { postgres } = await binariesFor(account, log, { native: hidden, version });
      expect(postgres.startsWith(open)).toBe(true);
      expect(spawnSync(postgres, ['--version'], { ...account, encoding: 'utf8' }).stdout).toContain('18.');
      await binariesFor(account, log, { native: hidden, version });
      expect(said).toHaveLength(1);
    } finally {
      delete process.env.THROUGHLINE_CACHE_DIR;
      await rm(open, { recursive: true });
    }
  });
});
