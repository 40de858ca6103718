import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a cluster remembers from start to start; for nobody else to read, since it opens the database. */
export interface State {
  /** Of the superuser. */
  password?: string;
  /** The port of the last start. */
  port?: number;
}

const fileIn = (home: string): string => join(home, 'server.json');

/** The state kept in a folder; empty before the first start. */
export async function readState(home: string): Promise<State> {
  const text = await readFile(fileIn(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return JSON.parse(text) as State;
}

/** Replaces the state, durably and as a whole. */
export async function writeState(home: string, state: State): Promise<void> {
  const fresh = `${fileIn(home)}.new`;
  await writeFile(fresh, `${JSON.stringify(state)}\n`, { mode: 0o600, flush: true });
  await rename(fresh, fileIn(home));
}
