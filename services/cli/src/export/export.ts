import { createWriteStream } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '../client.ts';
import { roomFor } from '../file.ts';
import { csvHead, csvLine } from './csv.ts';
import { digestOf, type Manifest, manifestOf, type Range, version } from './manifest.ts';
import type { CloudEvent } from './row.ts';

export const formats = ['ndjson', 'csv', 'parquet'] as const;
export type Format = (typeof formats)[number];

/** What is exported, and where to. */
export type Wanted = {
  readonly out: string;
  readonly format: Format;
  /** Positions or moments; from the first event, to the last, unless given. */
  readonly from?: string;
  readonly to?: string;
  readonly filter: Readonly<Record<string, string>>;
};

async function* textsOf(format: 'ndjson' | 'csv', events: AsyncIterable<CloudEvent>): AsyncGenerator<string> {
  if (format === 'csv') yield csvHead;
  for await (const event of events) yield format === 'csv' ? csvLine(event) : `${JSON.stringify(event)}\n`;
}

const write = async (format: Format, file: string, events: AsyncIterable<CloudEvent>): Promise<void> => {
  switch (format) {
    case 'ndjson':
    case 'csv':
      return pipeline(Readable.from(textsOf(format, events)), createWriteStream(file));
    case 'parquet': {
      const { writeParquet } = await import('./parquet.ts');
      return writeParquet(file, events);
    }
  }
};

async function* eventsIn(response: Response): AsyncGenerator<CloudEvent> {
  let rest = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as CloudEvent;
  }
  if (rest) throw new Error('the last line is not whole');
}

type Count = { rows: number; first: number | null; last: number | null };

/** Counts what goes by, and lets nothing by that is out of order or out of range. */
async function* counted(
  events: AsyncIterable<CloudEvent>,
  { from, to }: Range,
  count: Count,
  progress: (count: Count) => void,
): AsyncGenerator<CloudEvent> {
  try {
    for await (const event of events) {
      if (!(event.position > (count.last ?? from - 1) && event.position <= to))
        throw new Error(`position ${event.position} does not come after ${count.last ?? from - 1}`);
      count.rows += 1;
      count.first ??= event.position;
      count.last = event.position;
      if (count.rows % 1_000 === 0) progress(count);
      yield event;
    }
  } catch (error) {
    throw new Error(
      `the export broke off after ${count.rows} events, and nothing is kept of it: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

const flushed = async (file: string): Promise<void> => {
  await using handle = await open(file, 'r+');
  await handle.sync();
};

/** Where events are read from: a file has them whole, or it is not there. Answers what stands in the manifest. */
export const exportEvents = async (
  client: Client,
  { out, format, from, to, filter }: Wanted,
  progress: (rows: number, last: number, range: Range) => void = () => undefined,
): Promise<Manifest> => {
  await roomFor(out, { renamed: true });
  const range = await client.ask<Range>('/v1/events/range', { query: { from, to } });
  const aside = [`${out}.${process.pid}.part`, `${manifestOf(out)}.${process.pid}.part`] as const;
  const count: Count = { rows: 0, first: null, last: null };
  try {
    const query = { ...filter, after: range.from - 1, to: range.to };
    const events = range.to < range.from ? Readable.from([]) : eventsIn(await client.send('/v1/events', { query }));
    await write(
      format,
      aside[0],
      counted(events, range, count, ({ rows, last }) => progress(rows, last ?? 0, range)),
    );
    await flushed(aside[0]);
    const manifest: Manifest = {
      throughlineExport: version,
      format,
      ...range,
      filter,
      ...count,
      ...(await digestOf(aside[0])),
      exportedAt: new Date().toISOString(),
      ...(range.opened && { warning: 'What personal data is in it is in clear: no erasure reaches this file.' }),
    };
    await writeFile(aside[1], `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
    // The manifest last: a file that is another one than it says is not taken for whole.
    await rename(aside[0], out);
    await rename(aside[1], manifestOf(out));
    return manifest;
  } finally {
    await Promise.all(aside.map((file) => rm(file, { force: true })));
  }
};
