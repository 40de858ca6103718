import { setTimeout as pause } from 'node:timers/promises';
import { follow, type Following, wholeLedger } from '@throughline/feed';
import type { Projection } from '../projection.ts';
import type { Projector } from '../projector.ts';
import type { RunDeps } from '../running.ts';
import { adopt, liveVersion, type Place } from './place.ts';
import type { Rebuild } from './rebuild.ts';
import { RebuildRefused } from './refused.ts';

type Deps = RunDeps & {
  readonly live: Projection;
  readonly beside: Rebuild;
  readonly lookMs: number;
};

/** How a build's version of a projection comes to be live. */
export type Succession = {
  /** Whether it is, or is not to be: not before that was looked up. */
  readonly isDone: () => boolean;
  readonly stop: () => Promise<void>;
};

const buildingMs = 200;

/**
 * Works on what stands beside a projection, whoever put it there, and where an older version is live puts its own there:
 * it is live as soon as it has caught up. What an operator rolled back stays so.
 */
export const succeed = (
  { name, version, tables }: Pick<Projector, 'name' | 'version' | 'tables'>,
  deps: Deps,
): Succession => {
  const { db, live, beside, log, lookMs } = deps;
  const place: Place = { name, version, tables: tables.map((shape) => shape.name) };
  const stopping = new AbortController();
  const { signal } = stopping;
  const [newer, swapped] = [once(), once()];
  let isDone = false;
  let bridge: Following | undefined;

  /** Answers whether it is done. */
  const step = async (): Promise<boolean> => {
    const lives = (await liveVersion(db, place)) ?? version;
    if (lives > version) {
      newer(() => log?.warn({ projection: name, version, lives }, 'a newer version is live'));
      // It learns that it has no work before the next events come.
      await live.position(wholeLedger);
    }
    const stands = await beside.attend();
    if (lives >= version) return true;
    if (tables.length === 0) await db.tx((client) => adopt(client, place));
    else {
      const { is, byItself } = stands?.version === version ? stands : await beside.begin({ byItself: true });
      if (is === 'previous' || !byItself) return true;
      await beside.swap();
    }
    swapped(() => log?.info({ projection: name, version, before: lives }, 'this version is live'));
    bridge ??= bridged(deps);
    return true;
  };

  const look = async (): Promise<number> => {
    try {
      isDone = await step();
      return lookMs;
    } catch (error) {
      if (error instanceof RebuildRefused) return Math.min(buildingMs, lookMs);
      log?.warn({ projection: name, err: error }, 'what stands beside is looked for again');
      return lookMs;
    }
  };
  const work = async () => {
    while (!signal.aborted) await pause(await look(), undefined, { signal, ref: false }).catch(() => undefined);
  };
  const ended = work();

  return {
    isDone: () => isDone,
    stop: async () => {
      stopping.abort();
      await ended;
      await bridge?.stop();
    },
  };
};

const once = () => {
  let isDone = false;
  return (what: () => void): void => {
    if (!isDone) what();
    isDone = true;
  };
};

/**
 * Builds of the older version may have the feed for as long as they live, though they have no work any longer. Until it is
 * this process's, the new rows are fed from the ledger.
 */
const bridged = ({ feed, ledger, live }: Deps): Following =>
  follow(ledger, { ...live, isActive: () => live.isActive() && !feed.state().active });
