import pg from 'pg';

/** How long things may take, in milliseconds. */
export const patience = {
  /** For the ledger's lock. */
  lock: 10_000,
  /** For one statement on the server. */
  statement: 60_000,
  /** For the answer to a statement: longer than the server takes to give up on it and on one before it. */
  answer: 150_000,
  /** For a server that is starting again. */
  reconnect: 15_000,
  /** For a lost connection to be gone on the server too. */
  fence: 5_000,
} as const;

const settings = [
  'TimeZone=UTC',
  'default_transaction_isolation=read\\ committed',
  'plan_cache_mode=force_generic_plan',
  `lock_timeout=${patience.lock}`,
  `statement_timeout=${patience.statement}`,
  `idle_in_transaction_session_timeout=${patience.lock}`,
];

/** A connection of its own, not yet connected, with our settings for its session; those in the URL's `options` win. */
export const clientOf = (
  url: string,
  application: string,
  { pipeline = false, more = [] as readonly string[] } = {},
): pg.Client => {
  const at = new URL(url);
  const options = [...[...settings, ...more].map((setting) => `-c ${setting}`), at.searchParams.get('options')];
  at.searchParams.delete('options');
  const client = new pg.Client({
    connectionString: at.href,
    options: options.filter(Boolean).join(' '),
    application_name: application,
    keepAlive: true,
    connectionTimeoutMillis: patience.reconnect,
    query_timeout: patience.answer,
    pipeline,
  });
  // Whoever waits for an answer hears of a lost connection; unheard, the event would end the process.
  client.on('error', () => {});
  return client;
};

const codeOf = (error: unknown): string => (error instanceof pg.DatabaseError ? (error.code ?? '') : '');

/**
 * Whether the connection is gone, so that nobody knows what became of the statement, or leads to a server that only
 * reads since another one took over.
 */
export const isLost = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) ||
  error.severity === 'FATAL' ||
  error.severity === 'PANIC' ||
  /^(08|57P|25006)/.test(codeOf(error));

/** Whether the server gave up waiting: for a lock, or for the statement to end. */
export const isTimeout = (error: unknown): boolean => /^(55P03|57014)$/.test(codeOf(error));

/** Whether it may be the fault of one command: its data, its size, or its company in the call. */
export const isDivisible = (error: unknown): boolean => /^(21|22|23|54|53200|XX000|LG004|LG005)/.test(codeOf(error));
