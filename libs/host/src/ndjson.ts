import { parseJson, type Parsed } from './json.ts';

/** One line of an NDJSON body, numbered from 1: its value, or why it has none. */
export type Line = Parsed & { readonly line: number };

const blank = /^\s*$/;

/** The lines of an NDJSON body; blank ones are passed over. A line that cannot be read says so and harms no other. */
export function* ndjsonLines(body: Buffer): Generator<Line> {
  let line = 0;
  for (let from = 0; from < body.length;) {
    const end = body.indexOf(0x0a, from);
    const bytes = body.subarray(from, end < 0 ? body.length : end);
    from = end < 0 ? body.length : end + 1;
    line += 1;
    if (bytes.length > 64 || !blank.test(bytes.toString('latin1'))) yield { line, ...parseJson(bytes) };
  }
}
