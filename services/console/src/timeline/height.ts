import type { Entry } from '../shapes.ts';
import { quietMs, type Row } from './line.ts';

/** To scale, but ever less so: twice the silence is a step longer. */
export const silenceHeight = (ms: number): number => Math.round(Math.min(168, 32 + 18 * Math.log2(ms / quietMs)));

/** About how high a row will be, before it is measured: the better the guess, the calmer the scrolling. */
export const heightOf = (row: Row | undefined): number => {
  switch (row?.is) {
    case undefined:
      return 0;
    case 'day':
      return 38;
    case 'to-come':
    case 'now':
      return 32;
    case 'silence':
      return silenceHeight(row.ms);
    case 'fold':
      return row.open ? 44 : 84;
    case 'entry':
      return row.inFold ? foldedHeight(row.entry) : entryHeight(row.entry);
  }
};

const lineHeight = 22;
const mostLines = 6;
const perLine = 95;

const linesOf = (text: string): number => {
  let lines = 0;
  for (const line of text.slice(0, mostLines * perLine).split('\n')) lines += 1 + Math.floor(line.length / perLine);
  return Math.min(mostLines, lines);
};

const foldedHeight = ({ text = '' }: Entry): number => 6 + lineHeight * Math.max(1, linesOf(text));

// Asked for of every row that is not measured yet, again and again.
const heights = new WeakMap<Entry, number>();

const entryHeight = (entry: Entry): number => {
  const known = heights.get(entry);
  if (known !== undefined) return known;
  const height = guessOf(entry);
  heights.set(entry, height);
  return height;
};

const guessOf = ({ type, subject, text, quoted, attachments, note }: Entry): number => {
  if (type !== 'interaction' && type !== 'note') return 26;
  const noted = note ? Object.keys(note).length : 0;
  const lines = Number(!!subject) + (text ? linesOf(text) : 0) + noted;
  return 43 + lines * lineHeight + (quoted ? 24 : 0) + (attachments?.length ? 34 : 0);
};
