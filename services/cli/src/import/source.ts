import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type CsvError, type InfoRecord, parse } from 'csv-parse';
import { found } from '../file.ts';
import { counted } from '../output.ts';
import { mailsOf } from './mbox.ts';

/** What `import` reads. */
export const formats = ['eml', 'mbox', 'ndjson', 'json', 'csv'] as const;
export type Format = (typeof formats)[number];

/** One thing that a file holds, and where: a raw mail, or a record that is an interaction or is mapped to some. */
export type Item = { readonly from: string; readonly bytes: number } & (
  | { readonly is: 'mail'; readonly mail: Uint8Array }
  | { readonly is: 'record'; readonly record: unknown }
  | { readonly is: 'unreadable'; readonly reason: string }
);

export type File = { readonly path: string; readonly format: Format; readonly size: number };

const byExtension: Record<string, Format> = {
  '.eml': 'eml',
  '.mbox': 'mbox',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
  '.csv': 'csv',
  '.tsv': 'csv',
};

/** The files under the paths, in order of name. A file of an unknown kind is an error, unless the format is given. */
export const filesOf = async (paths: readonly string[], format?: Format): Promise<File[]> => {
  const files: File[] = [];
  for (const path of paths) {
    const { isFolder, size } = await found(path);
    if (isFolder) {
      const names = (await readdir(path)).filter((name) => !name.startsWith('.')).toSorted();
      files.push(
        ...(await filesOf(
          names.map((name) => join(path, name)),
          format,
        )),
      );
    } else {
      const known = format ?? byExtension[extname(path).toLowerCase()];
      if (!known) throw new UnknownFormat(path);
      files.push({ path, format: known, size });
    }
  }
  return files;
};

/** A file whose name does not tell what is in it. */
export class UnknownFormat extends Error {
  constructor(path: string) {
    super(`${path}: cannot tell what it holds; say --format ${formats.join('|')}`);
  }
}

/** What one file holds, item by item; never the whole of a large file in memory, `.json` aside. */
export async function* itemsOf({ path, format, size }: File): AsyncGenerator<Item> {
  switch (format) {
    case 'eml':
      yield { is: 'mail', from: path, bytes: size, mail: await readFile(path) };
      return;
    case 'mbox': {
      let n = 0;
      for await (const mail of mailsOf(path)) yield { is: 'mail', from: `${path}#${++n}`, bytes: mail.length, mail };
      return;
    }
    case 'ndjson':
      yield* linesOf(path);
      return;
    case 'json': {
      const text = await readFile(path, 'utf8');
      const whole = parseJson(text, path, size);
      const records = whole.is === 'record' && Array.isArray(whole.record) ? (whole.record as unknown[]) : undefined;
      if (!records) yield whole;
      else
        for (const [at, record] of records.entries())
          yield { is: 'record', from: `${path}#/${at}`, bytes: size / records.length, record };
      return;
    }
    case 'csv':
      yield* rowsOf(path);
  }
}

async function* linesOf(path: string): AsyncGenerator<Item> {
  let n = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    n += 1;
    if (line.trim()) yield parseJson(line, `${path}:${n}`, Buffer.byteLength(line) + 1);
  }
}

/** What parts the cells of a table: what its head line has most of, outside of quotes. */
export const delimiterOf = (head: string): string => {
  const bare = head.replace(/"(?:[^"]|"")*"/g, '');
  const count = (mark: string): number => bare.split(mark).length;
  return [',', ';', '\t', '|'].reduce((most, mark) => (count(mark) > count(most) ? mark : most));
};

const headOf = async (path: string): Promise<string> => {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    if (line.trim()) return line;
  return '';
};

// It has an error where its cells are not as many as those of the head.
type Row = Pick<InfoRecord, 'bytes' | 'lines'> & { readonly error?: CsvError };

async function* rowsOf(path: string): AsyncGenerator<Item> {
  const delimiter = delimiterOf(await headOf(path));
  const how = { columns: true, bom: true, info: true, skip_empty_lines: true, delimiter, relax_column_count: true };
  const rows = createReadStream(path).pipe(parse(how));
  let before = 0;
  try {
    for await (const { record, info } of rows as AsyncIterable<{ record: unknown; info: Row }>) {
      const at = { from: `${path}:${info.lines}`, bytes: info.bytes - before };
      yield info.error ? { is: 'unreadable', ...at, reason: unlike(info.error) } : { is: 'record', ...at, record };
      before = info.bytes;
    }
  } catch (error) {
    const { message, lines } = error as CsvError;
    const from = typeof lines === 'number' ? `${path}:${lines}` : path;
    yield { is: 'unreadable', from, bytes: 0, reason: `is not CSV from here on: ${message}` };
  }
}

// A line that has fewer or more cells than the head may have any of them in another's place.
const unlike = ({ columns, record }: CsvError): string =>
  `has ${counted((record as unknown[]).length, 'cell')}, and the head line has ${(columns as unknown[]).length}`;

const parseJson = (text: string, from: string, bytes: number): Item => {
  try {
    return { is: 'record', from, bytes, record: JSON.parse(text) };
  } catch (error) {
    return { is: 'unreadable', from, bytes, reason: `is not JSON: ${(error as Error).message}` };
  }
};
