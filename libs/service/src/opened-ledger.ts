import { CannotStart } from '@throughline/host';
import { eventStoreLedger, type Flushed, type Ledger, LedgerUnavailable, postgresLedger } from '@throughline/ledger';

/** Where a ledger is to be found: in the database, or where `ledger` says. */
type Urls = { readonly service: string; readonly projector: string; readonly ledger?: string };

const isPostgres = (url: string): boolean => /^postgres(ql)?:/.test(url);

/**
 * What `LEDGER_URL` says of where the ledger is: undefined for in the database, which is where a ledger in PostgreSQL always
 * is. Throws {@link CannotStart} where it names another database.
 */
export const ledgerUrlOf = (ledger: string | undefined, database: string | undefined): string | undefined => {
  if (ledger === undefined || ledger === database) return undefined;
  if (!isPostgres(ledger)) return ledger;
  throw new CannotStart(
    'LEDGER_URL names another database than DATABASE_URL: a ledger in PostgreSQL is beside the rows. Leave it out, or give an esdb:// URL.',
  );
};

/** Opens the ledger. Throws {@link CannotStart} where EventStoreDB is not there, and what `postgresLedger` throws. */
export const openLedger = async (
  { service, projector, ledger }: Urls,
  writer: string,
  onFlush: (flushed: Flushed) => void,
): Promise<Ledger> => {
  if (ledger === undefined) return postgresLedger({ url: service, tailUrl: projector, writer, onFlush });
  try {
    return await eventStoreLedger({ url: ledger, factsUrl: projector, writer, onFlush });
  } catch (error) {
    if (error instanceof LedgerUnavailable) throw new CannotStart(`The ledger at LEDGER_URL cannot be used: ${error.message}`, { cause: error }); // prettier-ignore
    if (error instanceof TypeError) throw new CannotStart(`LEDGER_URL ${error.message}`, { cause: error });
    throw error;
  }
};
