export { type Installation, openInstallation, type Schema } from './installation.ts';
export { type Addresses, schemas, startProduct } from './product.ts';
