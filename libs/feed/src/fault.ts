import { LedgerBusy, LedgerClosed, LedgerUnavailable } from '@throughline/ledger';

/**
 * Whose fault an error is. The `world`'s passes: a lost connection, a lost race, a full disk, a missing table before
 * its migration or after a bad deployment; it is waited out, and no event is blamed. Everything else is the `event`'s.
 */
export const faultOf = (error: unknown): 'world' | 'event' => (isOfTheWorld(error) ? 'world' : 'event');

/**
 * Classes of SQLSTATE: connections, transaction states, logins, unknown catalogues and schemas, rollbacks
 * (serialisation, deadlock), undefined objects and missing rights, resources, object states (locks), operators'
 * intervention (shutdown, timeouts), system and internal errors, features and cursors or statements gone.
 */
const worldStates = new Set('08 0A 25 26 28 2D 34 3D 3F 40 42 53 55 57 58 F0 XX'.split(' '));

const worldCodes = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH',
  'ENETUNREACH', 'ENETDOWN', 'EMFILE', 'ENFILE', 'ENOSPC', 'EIO', 'EDQUOT',
]); // prettier-ignore

// What pg throws without a code.
const lostConnection =
  /^(Connection terminated|timeout (expired|exceeded when trying to connect)|Query read timeout|Client (was closed|has encountered)|Cannot use a pool|Called end on pool)/;

/** SQLite's BUSY, LOCKED, IOERR, FULL and CANTOPEN: the store of keys. */
const worldSqlite = new Set([5, 6, 10, 13, 14]);

type Coded = { message?: unknown; code?: unknown; errcode?: unknown; errors?: unknown; cause?: unknown };

function isOfTheWorld(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  // A reactor's own append.
  if (error instanceof LedgerBusy || error instanceof LedgerUnavailable || error instanceof LedgerClosed) return true;
  const { code, errcode, errors, cause, message } = error as Coded;
  if (typeof code === 'string') {
    if (worldCodes.has(code)) return true;
    if (/^[0-9A-Z]{5}$/.test(code)) return worldStates.has(code.slice(0, 2));
  }
  if (typeof errcode === 'number' && worldSqlite.has(errcode & 0xff)) return true;
  if (typeof message === 'string' && lostConnection.test(message)) return true;
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isOfTheWorld);
  return isOfTheWorld(cause);
}
