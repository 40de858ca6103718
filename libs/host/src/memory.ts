import { setFlagsFromString } from 'node:v8';

/**
 * Lets every object of this process begin among the young. V8 learns which lines of code make objects that stay, and puts
 * what they make straight among the old: one large batch, all of which waits, teaches it that of the lines that every
 * single event passes. What these leave behind then lies among the old, for the young ones' collections to walk through: up to
 * twice the processor time of an append (docs/benchmarks.md). Best called before there is work.
 */
export const beginYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring');
