/** Nothing of these commands was stored: too much is waiting already, or the ledger's lock was not to be had. Ask again later. */
export class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy';
}

/**
 * The store could not be reached, and it is unknown whether these commands were stored. To ask again with the same ids
 * is safe: what was stored is a duplicate then, with its positions.
 */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** The ledger was closed before this was asked. */
export class LedgerClosed extends Error {
  override readonly name = 'LedgerClosed';
}
