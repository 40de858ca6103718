import { randomUUID } from 'node:crypto';
import { type Bell, bell, within } from '../bell.ts';
import type { Connection } from '../connection/connection.ts';
import type { Connections } from '../connection/connection.query.ts';
import { leave, removedConnections } from '../connection/leaving.ts';
import { type OpenConnections, type Opened } from '../connection/opened.ts';
import { Fault } from '../outbound/fault.ts';
import type { Settings } from '../sources.ts';
import { carry, type Deps } from './courier.ts';
import { claim, type Lane, laneKey, release, renew } from './lane.query.ts';

/** A worker of this process: it writes what is open, as long as it runs. */
export type Worker = {
  /** Looks now for something to be written. */
  wake(): void;
  /** Begins nothing more, and resolves once what is under way is written or `withinMs` is over. */
  stop(withinMs: number): Promise<void>;
};

export type WorkerDeps = Omit<Deps, 'connections'> & {
  readonly connections: Connections;
  readonly opened: OpenConnections;
  readonly settings: Pick<Settings, 'leaseMs' | 'pollMs' | 'mostFailures' | 'publicUrl'>;
};

const key = ({ tenant, id }: Pick<Connection, 'tenant' | 'id'>): string => `${tenant} ${id}`;
const laneOf = ({ tenant, connection: id }: Lane): string => key({ tenant, id });

type State = {
  readonly deps: WorkerDeps;
  readonly holder: string;
  /** The lanes in hand, and until when they are surely ours (as `performance.now()` counts). */
  readonly held: Map<string, { readonly lane: Lane; until: number }>;
  readonly running: Set<Promise<void>>;
  readonly bell: Bell;
  stopping: boolean;
};

/** Puts a worker to work. Several may work at once, here or elsewhere: no two have one contact in hand. */
export const startWorker = (deps: WorkerDeps): Worker => {
  const state: State = {
    deps,
    holder: randomUUID(),
    held: new Map(),
    running: new Set(),
    bell: bell(),
    stopping: false,
  };
  const heart = setInterval(() => void beat(state), deps.settings.leaseMs / 3);
  const ended = run(state);
  return {
    wake: state.bell.ring,
    stop: async (withinMs) => {
      state.stopping = true;
      state.bell.ring();
      await ended;
      await within(Promise.all(state.running), withinMs);
      clearInterval(heart);
    },
  };
};

const run = async (state: State): Promise<void> => {
  const { connections, projectorDb, settings, log } = state.deps;
  while (!state.stopping) {
    try {
      for (const connection of await connections.busy()) await serve(state, connection);
      for (const removed of await removedConnections(projectorDb)) await leave(state.deps, removed);
    } catch (error) {
      // A database that is away comes back.
      log?.warn({ err: error }, 'the deliveries to be written cannot be read');
    }
    await state.bell.wait(settings.pollMs);
  }
};

/** Takes of a connection's open deliveries as much as the CRM bears at once. */
const serve = async (state: State, connection: Connection): Promise<void> => {
  const to = await opened(state, connection);
  if (!to || to.holdUntil > performance.now()) return;
  const inHand = [...state.held.values()].filter(({ lane }) => laneOf(lane) === key(connection)).length;
  const room = to.crm.can.atOnce - inHand;
  if (room <= 0 || state.stopping) return;
  const { projectorDb, settings } = state.deps;
  const from = performance.now();
  const lanes = await claim(
    projectorDb,
    { tenant: connection.tenant, connection: connection.id },
    state.holder,
    settings.leaseMs,
    room,
  );
  for (const lane of lanes) {
    state.held.set(laneKey(lane), { lane, until: from + settings.leaseMs });
    const done = work(state, lane, to).finally(() => {
      state.held.delete(laneKey(lane));
      state.running.delete(done);
      state.bell.ring();
    });
    state.running.add(done);
  }
};

const opened = async ({ deps }: State, connection: Connection): Promise<Opened | undefined> => {
  try {
    return await deps.opened.get(connection);
  } catch (error) {
    const { code = 'CannotOpen', detail = 'It cannot be opened.' } = error instanceof Fault ? error : {};
    deps.log?.error({ err: error, connection: connection.id }, 'a connection cannot be opened');
    await deps.connections.pauseFor(connection, { code, detail });
    return undefined;
  }
};

const work = async (state: State, lane: Lane, to: Opened): Promise<void> => {
  const { deps, holder, held } = state;
  const isOurs = (): boolean => (held.get(laneKey(lane))?.until ?? 0) > performance.now();
  try {
    const back = await carry(deps, { lane, to, isOurs: () => !state.stopping && isOurs() });
    await release(deps.projectorDb, lane, holder, back);
  } catch (error) {
    // What became of it is not known here: the lease runs out, and whoever takes the lane next looks it up.
    deps.log?.error({ err: error, connection: lane.connection }, 'deliveries were left as they are');
  }
};

/** Renews the leases; a lane that was lost, or could not be renewed in time, is ours no longer. */
const beat = async ({ deps, holder, held }: State): Promise<void> => {
  // What is taken while this is under way is not among the answers.
  const ours = [...held];
  if (ours.length === 0) return;
  const from = performance.now();
  const lanes = ours.map(([, { lane }]) => lane);
  try {
    const kept = await renew(deps.projectorDb, lanes, holder, deps.settings.leaseMs);
    for (const [name, one] of ours)
      one.until = kept.has(name) ? from + deps.settings.leaseMs : Math.min(one.until, from);
  } catch (error) {
    deps.log?.warn({ err: error }, 'the leases could not be renewed');
  }
};
