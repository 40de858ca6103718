import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FolderInUse } from './errors.ts';

const SQLITE_BUSY = 5;

/**
 * Holds a folder for this process until released. Node has no `flock`; SQLite's exclusive lock is a kernel lock on a
 * file, which dies with its process however that ends, and which processes of other containers on the same machine
 * see as well. (Nothing in this process may open and close the file meanwhile: that would give the lock up.)
 *
 * @returns how to release it; again is no news
 * @throws FolderInUse where somebody else holds it
 */
export function holdFolder(dir: string): () => void {
  const pidFile = join(dir, 'instance.pid');
  const lock = new DatabaseSync(join(dir, 'instance.lock'));
  try {
    lock.exec('pragma busy_timeout = 0; pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) throw new FolderInUse(dir, pidIn(pidFile));
    throw error;
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return () => {
    if (lock.isOpen) lock.close();
  };
}

/**
 * Whether a living process holds the cluster's folder. For processes that hold none themselves: this opens and closes the
 * file. A start within the same instant may find the folder in use.
 */
export function isHeld(dir: string): boolean {
  const file = join(dir, 'instance.lock');
  if (!existsSync(file)) return false;
  const lock = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    lock.prepare('select 1 from sqlite_schema').all();
    return false;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return true;
    throw error;
  } finally {
    lock.close();
  }
}

function pidIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
