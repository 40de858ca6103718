import { fileURLToPath } from 'node:url';

export { accountOf } from './account.ts';
export {
  type Changes,
  components,
  type Components,
  type KnownHandle,
  type KnownLink,
  type LinkRule,
  type LinkState,
  mostHandles,
  type NewLink,
  type Pair,
} from './component.ts';
export { type Handle, normaliseHandle } from './handle.ts';
export {
  type HeardEvent,
  type IdentityChange,
  type IdentityEvent,
  identityEvents,
  type IdentityKey,
  identityKeysOf,
  identityProjector,
  type IdentityState,
  identityTables,
  linkId,
  projectIdentity,
} from './identity.projector.ts';
export {
  type After,
  customerOf,
  customersAfter,
  customersOf,
  erasedOf,
  handlesOf,
  handlesOfAll,
  linkOf,
  linksAfter,
  linksAround,
  linksOf,
  type Queryable,
  readIdentity,
} from './identity.query.ts';
export { identityAt } from './identity.then.ts';
export { identifies, mayLink, ownAddresses, sameAs } from './linkable.ts';

/** The folder of the SQL migrations of schema `identity`. */
export const migrations: string = fileURLToPath(new URL('../migrations', import.meta.url));
