import { fileHolder } from './kek-file.ts';
import type { KekHolder } from './kek.ts';
import { programHolder } from './kek-program.ts';

const program = 'exec:';

/** The path in what says where key-encryption keys are: of the file, or of the program. */
export const kekPath = (place: string): string => (place.startsWith(program) ? place.slice(program.length) : place);

/** The holder at a place: a path, or `exec:` and the path of a program. */
export const kekHolder = (place: string): KekHolder =>
  place.startsWith(program) ? programHolder(kekPath(place)) : fileHolder(place);
