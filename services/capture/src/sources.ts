export type { Sources } from '@throughline/service';

/** Under this Nest injects the {@link Sources}. */
export const sources = Symbol('capture.sources');
