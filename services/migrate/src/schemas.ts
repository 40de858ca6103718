import { migrations as capture } from '@throughline/capture';
import { migrations as writeback } from '@throughline/crm-writeback';
import { migrations as feed } from '@throughline/feed';
import { migrations as identity } from '@throughline/identity';
import { migrations as ledger } from '@throughline/ledger';
import { migrations as readModel } from '@throughline/read-model';
import { migrations as routing } from '@throughline/routing';
import { migrations as access } from '@throughline/service';
import { migrations as timeline } from '@throughline/timeline';

/** A schema of the database, and the folder of its migrations. */
export type Schema = { readonly schema: string; readonly dir: string };

/** Every schema of the one database, in the order in which they are made. */
export const schemas: readonly Schema[] = [
  { schema: 'ledger', dir: ledger },
  { schema: 'feed', dir: feed },
  { schema: 'read_model', dir: readModel },
  { schema: 'identity', dir: identity },
  { schema: 'access', dir: access },
  { schema: 'capture', dir: capture },
  { schema: 'routing', dir: routing },
  { schema: 'timeline', dir: timeline },
  { schema: 'writeback', dir: writeback },
];
