import { type CloudEvent, cellOf, names } from './row.ts';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const line = (cells: readonly (string | number | boolean | undefined)[]): string =>
  `${cells.map((cell) => quoted(String(cell ?? ''))).join(',')}\r\n`;

/** The first line of a CSV file (RFC 4180): the names of the columns. */
export const csvHead: string = line(names);

/** An event as a line of it. */
export const csvLine = (event: CloudEvent): string => line(names.map((name) => cellOf(event, name)));
