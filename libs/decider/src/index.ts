export { Conflict, type Decision, type Fault, fold, raced, Rejection, type Stream } from './decider.ts';
export { specOf, type When } from './given.ts';
