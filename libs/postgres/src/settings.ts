import { totalmem } from 'node:os';

/** Server settings by name, as in postgresql.conf. */
export type Settings = Record<string, string | number>;

const GIB = 2 ** 30;

/** Our settings for an embedded server; `more` overrides them one by one. */
export function configOf(port: number, more: Settings = {}): string {
  const settings: Settings = { ...fixed, shared_buffers: sharedBuffers(), port, ...more };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`)
    .join('');
}

const fixed: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  max_connections: 100,
  synchronous_commit: 'on',
  // Appends never wait for a checkpoint that came because the log was full.
  max_wal_size: '8GB',
  min_wal_size: '256MB',
  // What is logged whole after a checkpoint are mostly pages of ids in no order and of sealed text, which grow no smaller.
  wal_compression: 'off',
  checkpoint_completion_target: 0.9,
  timezone: 'UTC',
  log_timezone: 'UTC',
  datestyle: 'ISO',
  default_text_search_config: 'pg_catalog.simple',
  // Errors quote values, which may be personal: they go to the caller alone, never into a file.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** The indexes of the hot tables should fit; a machine or container with little memory keeps most of it. */
function sharedBuffers(): string {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return memory >= 2 * GIB ? '512MB' : '128MB';
}

/** Passwords for everybody, over loopback alone. */
export const hostAccess = `host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n`;
