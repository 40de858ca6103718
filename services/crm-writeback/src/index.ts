export { crms } from './crms/index.ts';
