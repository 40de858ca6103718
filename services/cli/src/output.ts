import { stdout } from 'node:process';

/** Prints one value: as one line of JSON, or as a person would read it. */
export const print = (json: boolean, value: unknown, words: () => string): void => {
  stdout.write(`${json ? JSON.stringify(value) : words()}\n`);
};

/** Rows as columns of equal width; the last column may be long. Control characters of outside text are made visible. */
export const columns = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows].map((row) => row.map(safe));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** One of a list whose items do not fit a line: its id, what it is about, and what else is known of it. */
export type Listed = { readonly id: string; readonly about: string; readonly facts: readonly (string | undefined)[] };

// Where nobody looks at it, everything is told; so it is at a terminal that does not say how wide it is.
const widthOf = (): number => (stdout.isTTY && stdout.columns > 0 ? stdout.columns : Infinity);

// Less than that says nothing, of an item and of a table's last column.
const [leastWords, leastRoom] = [12, 20];

const folded = (facts: readonly string[], width: number): string[] =>
  facts.reduce<string[]>((lines, fact) => {
    const longer = `${lines.at(-1)} · ${fact}`;
    return lines.length > 0 && longer.length <= width ? [...lines.slice(0, -1), longer] : [...lines, fact];
  }, []);

/** What there is, each under a line of its own that the terminal has room for. Control characters are made visible. */
export const listed = (items: readonly Listed[], width = widthOf()): string =>
  items
    .flatMap(({ id, about, facts }) => {
      const known = facts.filter((fact) => fact !== undefined && fact !== '').map((fact) => safe(fact!));
      return [
        `${id}  ${brief(about, Math.max(Math.min(width, 160) - id.length - 2, leastWords))}`,
        ...folded(known, width - 2).map((line) => `  ${line}`),
      ];
    })
    .join('\n');

const wrapped = (text: string, width: number): string[] =>
  safe(text)
    .split(' ')
    .reduce<string[]>((lines, word) => {
      const longer = `${lines.at(-1)} ${word}`;
      return lines.length > 0 && longer.length <= width ? [...lines.slice(0, -1), longer] : [...lines, word];
    }, []);

/** A table whose last column has words: they are cut to what room the terminal has for them. */
export const columnsOfWords = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = widthOf(),
): string => {
  const widest = head.slice(0, -1).map((_, at) => Math.max(...[head, ...rows].map((row) => safe(row[at]!).length)));
  const room = Math.max(width - widest.reduce((sum, one) => sum + one + 2, 0), leastRoom);
  return columns(head, rows.map((row) => [...row.slice(0, -1), brief(row.at(-1)!, room)])); // prettier-ignore
};

/** Something with what is known of it below, by name and in whole words, 100 characters wide or as the terminal is. */
export const described = (
  title: string,
  facts: readonly (readonly [name: string, value: string])[],
  width = Math.min(widthOf(), 100),
): string => {
  const aside = Math.max(...facts.map(([name]) => name.length)) + 4;
  const lines = facts.flatMap(([name, value]) =>
    wrapped(value, width - aside).map((line, nth) => `  ${nth === 0 ? name : ''}`.padEnd(aside) + line),
  );
  return [safe(title), ...lines].join('\n');
};

/** Text from outside, fit for a terminal: no escape sequences, one line. */
export const safe = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '·'); // oxlint-disable-line no-control-regex

/** The first `most` characters of a text, with an ellipsis where it goes on. */
export const brief = (text: string, most = 100): string => {
  const line = safe(text).trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
};

/** A moment in the reader's own zone, to the minute. */
export const when = (instant: string): string =>
  new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** The same to the second. */
export const exactly = (instant: string): string =>
  new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** An ISO 8601 duration as people write it: PT1H30M as 1h 30m. */
export const span = (duration: string): string => {
  const [, days = '', time = ''] = /^P(\w*?)(?:T(\w*))?$/.exec(duration) ?? [];
  const parts = [...days.matchAll(/\d+[WD]/g), ...time.matchAll(/\d+[HMS]/g)].map(([part]) => part.toLowerCase());
  return parts.length === 0 ? duration : parts.join(' ');
};

/** Somebody, as far as they may be shown. */
export type Party = { readonly handle?: string; readonly name?: string };

/** How somebody is called: by name, else by handle. */
export const nameOf = ({ handle, name }: Party): string => name ?? handle ?? '(erased)';

/** So many of something: `1 mail`, `2 mails`, with another ending where it is not `s`. */
export const counted = (n: number, what: string, more = 's'): string => `${n} ${what}${n === 1 ? '' : more}`;
