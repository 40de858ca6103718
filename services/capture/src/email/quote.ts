import { answered, forwarded, headerLine, momentAtStart, verb, verbAtEnd } from './quote-words.ts';

/** The words of a mail: those that its writer wrote now, and those of earlier mails that it carries. */
export type Words = { readonly text: string; readonly quoted: string };

type Lines = readonly string[];
/** From a line up to, but without, another. */
type Span = { readonly from: number; readonly to: number };

const longestIntroduction = 400;
const mostIntroductionLines = 3;
const mostBlankLines = 3;

/**
 * Parts what was written from what is quoted: lines marked with `>`, the line that introduces them (`On … wrote:` and
 * what other languages say), and everything from a mail program's divider or repeated header block on. Nothing is left
 * out: every line is in one of the two, in its order. Takes one pass, whatever the text.
 */
export const partWords = (text: string): Words => {
  const lines = text.split('\n');
  const copy = copyIn(lines);
  const quoted = lines.map((line, at) => (at >= copy.from && at < copy.to) || isMarked(line));
  markIntroductions(lines, quoted);
  return { text: pick(lines, quoted, false), quoted: pick(lines, quoted, true) };
};

const pick = (lines: Lines, quoted: readonly boolean[], which: boolean): string =>
  lines
    .filter((_, at) => quoted[at] === which)
    .join('\n')
    .replace(/^\s*\n/, '')
    .trimEnd();

// `>From` at the start of a line is how mailboxes write a line that begins with From; `AL> ` marks with initials.
const isMarked = (line: string): boolean => /^[ \t]{0,3}(>(?!From )|[A-Z]{1,4}>(\s|$))/.test(line);

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';

const endsWithColon = (line: string): boolean => /[:：]\s*$/.test(line.slice(-8));

const joined = (lines: Lines): string => lines.map((line) => line.slice(0, longestIntroduction + 1).trim()).join(' ');

const introduces = (sentence: string): boolean =>
  sentence.length <= longestIntroduction && endsWithColon(sentence) && verb.test(sentence);

// A quote without marks follows only a sentence that can be nothing else: with a moment, a writer, and the verb at its end.
const introducesCopy = (sentence: string): boolean =>
  introduces(sentence) && /\d/.test(sentence) && momentAtStart.test(sentence) && verbAtEnd.test(sentence);

// Where the paragraph begins whose last line is `last`, looking back three lines at most.
const paragraphStart = (lines: Lines, last: number): number => {
  let from = last;
  while (
    from > 0 &&
    last - from + 1 < mostIntroductionLines &&
    !isBlank(lines[from - 1]) &&
    !isMarked(lines[from - 1]!)
  )
    from -= 1;
  return from;
};

const markIntroductions = (lines: Lines, quoted: boolean[]): void => {
  for (let at = 1; at < lines.length; at += 1) {
    if (!quoted[at] || quoted[at - 1]) continue;
    let last = at - 1;
    while (last > at - 1 - mostBlankLines && isBlank(lines[last])) last -= 1;
    if (last >= 0 && !quoted[last] && !isBlank(lines[last])) markIntroduction(lines, quoted, last);
  }
};

// From the line that tells a moment on, else the shortest run that is whole, so that what stands before it stays.
const markIntroduction = (lines: Lines, quoted: boolean[], last: number): void => {
  const from = paragraphStart(lines, last);
  const starts: number[] = [];
  for (let start = last; start >= from; start -= 1) {
    const isWhole = start === from || /^\s*(\p{Lu}|\p{Lo}|["'<*\d-])/u.test(lines[start]!);
    if (isWhole && introduces(joined(lines.slice(start, last + 1)))) starts.push(start);
  }
  const start = starts.find((at) => momentAtStart.test(lines[at]!.trim())) ?? starts[0];
  if (start !== undefined) quoted.fill(true, start, last + 1);
};

// What is a copy of an earlier mail as a whole; empty, at the end, where nothing is.
const copyIn = (lines: Lines): Span => {
  let firstWritten = lines.length;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (isBlank(line) || line.length > longestIntroduction) continue;
    const whole = { from: isRule(lines[at - 1]) ? at - 1 : at, to: lines.length };
    if (forwarded.some((divider) => divider.test(line))) return whole;
    if (answered.test(line) || isHeaderBlock(lines, at))
      return firstWritten < at || !hasMarks(lines, at) ? whole : { from: at, to: endOfHeaders(lines, at) };
    if (isMarked(line)) continue;
    const from = endsWithColon(line) ? paragraphStart(lines, at) : at;
    // With nothing written before it the answer stands below, between lines that are marked in some other way.
    if (firstWritten < from && introducesCopy(joined(lines.slice(from, at + 1))) && !marksFollow(lines, at))
      return { from, to: lines.length };
    firstWritten = Math.min(firstWritten, at);
  }
  return { from: lines.length, to: lines.length };
};

const isRule = (line: string | undefined): boolean => /^\s*[_-]{5,}\s*$/.test((line ?? '').slice(0, 200));

// Outlook and others repeat the header of the mail that they answer; three such lines together are no accident.
const isHeaderBlock = (lines: Lines, at: number): boolean =>
  [0, 1, 2].every((next) => headerLine.test((lines[at + next] ?? '').slice(0, 200)));

const endOfHeaders = (lines: Lines, at: number): number => {
  let end = at + 1;
  while (end < lines.length && headerLine.test(lines[end]!.slice(0, 200))) end += 1;
  return end;
};

const hasMarks = (lines: Lines, from: number): boolean =>
  lines.findIndex((line, at) => at > from && isMarked(line)) > 0;

const marksFollow = (lines: Lines, at: number): boolean => {
  const next = lines.slice(at + 1, at + 2 + mostBlankLines).find((line) => !isBlank(line));
  return next !== undefined && isMarked(next);
};
