import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleWhen } from 'cockatiel';
import type { Crm, CrmSession } from '../crms/crm.ts';
import { Fault } from '../outbound/fault.ts';
import { outbound } from '../outbound/outbound.ts';
import { pace } from '../outbound/pace.ts';
import type { Settings } from '../sources.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connection.query.ts';

/** A connection at work in this process. */
export type Opened = {
  readonly connection: Connection;
  readonly crm: Crm;
  readonly session: CrmSession;
  /** Runs something against the CRM, unless it failed again and again of late: then throws `BrokenCircuitError` at once. */
  readonly guarded: <T>(run: () => Promise<T>) => Promise<T>;
  /** Until when the CRM wants to be left alone, as `performance.now()` counts. */
  holdUntil: number;
  readonly close: () => Promise<void>;
};

// Being told to wait, and being told no, are answers of a CRM that is well.
const isFailure = (error: unknown): boolean =>
  error instanceof Fault && (error.kind === 'doubt' || (error.kind === 'transient' && error.code !== 'Throttled'));

export const isBroken = (error: unknown): boolean => error instanceof BrokenCircuitError;

const failuresInARow = 5;

const breakerOf = () =>
  circuitBreaker(handleWhen(isFailure), {
    breaker: new ConsecutiveBreaker(failuresInARow),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: 1_000, maxDelay: 60_000 }),
  });

/** Speaks to one CRM, with the secret given. Throws Fault where the connection's kind or settings are none (any more). */
export const sessionOn = (
  { crm: name, url, settings, allowPrivate }: Pick<Connection, 'crm' | 'url' | 'settings' | 'allowPrivate'>,
  secret: string,
  { crms, timeoutMs }: Pick<Settings, 'crms' | 'timeoutMs'>,
): { readonly crm: Crm; readonly session: CrmSession; readonly close: () => Promise<void> } => {
  const crm = crms.get(name);
  const checked = crm?.settings.safeParse(settings);
  if (!crm || !checked?.success)
    throw new Fault('connection', 'SettingsRefused', 'Its settings are not what this version knows.');
  const access = { secret, settings: checked.data };
  const http = outbound({ url, headers: crm.headers(access), allowPrivate, timeoutMs, secrets: [secret] });
  const turn = pace(crm.can.perSecond);
  const paced = Object.assign(async (...[ask]: Parameters<typeof http>) => (await turn(), http(ask)), {
    close: http.close,
  });
  return { crm, session: crm.open(access, paced), close: http.close };
};

/** The connections that are open in this process; one is opened anew when it changed. */
export const openConnections = (connections: Connections, settings: Pick<Settings, 'crms' | 'timeoutMs'>) => {
  const known = new Map<string, Promise<Opened>>();
  const keyOf = ({ tenant, id, revision }: Connection): string => `${tenant} ${id} ${revision}`;

  const open = async (connection: Connection): Promise<Opened> => {
    const { crm, session, close } = sessionOn(connection, await connections.secretOf(connection), settings);
    const breaker = breakerOf();
    return { connection, crm, session, guarded: (run) => breaker.execute(run), holdUntil: 0, close };
  };

  const of = ({ tenant, id }: Pick<Connection, 'tenant' | 'id'>): string[] =>
    [...known.keys()].filter((key) => key.startsWith(`${tenant} ${id} `));

  const forget = async (key: string): Promise<void> => {
    const opened = known.get(key);
    known.delete(key);
    await opened?.then((one) => one.close(), () => undefined); // prettier-ignore
  };

  // It closes once what is under way there has ended, for which nobody waits: others are to be served meanwhile.
  const letGo = (key: string): void => void forget(key).catch(() => undefined);

  return {
    /** Throws Fault where it cannot be opened. */
    get: async (connection: Connection): Promise<Opened> => {
      const key = keyOf(connection);
      const found = known.get(key);
      if (found) return found;
      const opened = open(connection);
      known.set(key, opened);
      opened.catch(() => known.delete(key));
      for (const other of of(connection)) if (other !== key) letGo(other);
      return opened;
    },
    /** Lets go of one, with its secret. */
    forget: (connection: Pick<Connection, 'tenant' | 'id'>): void => of(connection).forEach(letGo),
    close: async (): Promise<void> => {
      await Promise.all([...known.keys()].map(forget));
    },
  };
};

export type OpenConnections = ReturnType<typeof openConnections>;
