export { type Addresses, startProduct } from './product.ts';
