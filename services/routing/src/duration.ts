export { after, duration, isDue, lengthOf, millisecondsOf } from '@throughline/contracts';
