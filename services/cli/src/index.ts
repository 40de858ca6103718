export { program, run } from './program.ts';
