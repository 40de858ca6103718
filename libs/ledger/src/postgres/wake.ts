import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { clientOf } from './client.ts';

const channel = 'ledger';
/** Milliseconds between two notifications. */
const every = 25;
/** Milliseconds before a lost connection is tried anew. */
const retryAfter = 1_000;

/** Tells processes that the head moved. Only a hint: whoever misses it polls. */
export type Wake = {
  /** The head moved by this process' own doing. */
  readonly moved: () => void;
  /** Calls `wake` when it moved by anybody's doing. Answers how to stop. */
  readonly watch: (wake: () => void) => () => void;
  readonly close: () => Promise<void>;
};

/** Connects when it is first needed. */
export const openWake = (url: string, writer: string): Wake => {
  const wakes = new Set<() => void>();
  let link: Promise<pg.Client | undefined> | undefined;
  let listening: pg.Client | undefined;
  let telling: Promise<void> | undefined;
  let due = false;
  let closed = false;

  const wakeAll = () => wakes.forEach((wake) => wake());

  const relink = () => {
    link = undefined;
    if (!closed && wakes.size > 0) setTimeout(() => void listen(), retryAfter).unref();
  };
  const linked = () => (link ??= closed ? undefined : open(url, writer, wakeAll, relink));

  // Not before somebody watches: who only appends would be woken for nothing by everybody else.
  const listen = async () => {
    const client = await linked();
    if (!client || client === listening) return;
    listening = client;
    await client.query(`listen ${channel}`).catch(() => {});
    // What came before we listened.
    wakeAll();
  };

  const tell = async () => {
    while (due && !closed) {
      due = false;
      const client = await linked();
      await client?.query(`notify ${channel}`).catch(() => {});
      await pause(every, undefined, { ref: false });
    }
    telling = undefined;
  };

  return {
    moved: () => {
      if (wakes.size > 0) setImmediate(wakeAll);
      due = true;
      telling ??= tell();
    },
    watch: (wake) => {
      const entry = () => wake();
      wakes.add(entry);
      void listen();
      return () => void wakes.delete(entry);
    },
    close: async () => {
      closed = true;
      wakes.clear();
      await (await link)?.end();
    },
  };
};

/** Undefined where it cannot connect. `lost` is called whichever way it ends. */
const open = async (
  url: string,
  writer: string,
  heard: () => void,
  lost: () => void,
): Promise<pg.Client | undefined> => {
  // A notification is a commit, and nobody needs this one to be durable.
  const client = clientOf(url, `ledger wake ${writer}`, { pipeline: true, more: ['synchronous_commit=off'] });
  let own: number | undefined;
  client.on('notification', ({ processId }) => void (processId === own || heard()));
  client.once('end', lost);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(`select pg_backend_pid() as pid`);
    own = rows[0]?.pid;
    return client;
  } catch {
    await client.end().catch(() => {});
    lost();
    return undefined;
  }
};
