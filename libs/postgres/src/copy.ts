import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from } from 'pg-copy-streams';

/** So long are the pieces of text in which rows travel, in characters. */
const pieceLength = 256 * 1024;

/** Sends rows in COPY's text format; `into` names the table and its columns. Rejects as a statement does. */
export const copyInto = (client: pg.ClientBase, into: string, rows: string): Promise<void> =>
  pipeline(Readable.from(piecesOf(rows)), client.query(from(`copy ${into} from stdin`)));

// A stream of one string per row would cost more than the rows.
function* piecesOf(rows: string): Iterable<Buffer> {
  for (let at = 0; at < rows.length;) {
    let end = Math.min(at + pieceLength, rows.length);
    // Not between the halves of one character.
    if (end < rows.length && (rows.charCodeAt(end - 1) & 0xfc00) === 0xd800) end += 1;
    yield Buffer.from(rows.slice(at, end));
    at = end;
  }
}
