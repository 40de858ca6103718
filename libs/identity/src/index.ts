export { accountOf } from './account.ts';
export { type Handle, normaliseHandle } from './handle.ts';
export { identifies, ownAddresses, sameAs } from './linkable.ts';
