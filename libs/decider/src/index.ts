export { Conflict, type Decision, type Fault, fold, Rejection, type Stream } from './decider.ts';
export { specOf, type When } from './given.ts';
