import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

const most = 64 * 1024;

/** Whether a body, or an answer, is passed on as a whole: as a stream a small one takes half as much processor time again. */
export const isSmall = (headers: IncomingHttpHeaders): boolean => Number(headers['content-length']) <= most;

/** All that a stream has, once it has ended; or what it broke off with. */
export const whole = (stream: Readable, done: (error: Error | null, all?: Buffer) => void): void => {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.once('end', () => done(null, Buffer.concat(chunks)));
  stream.once('error', done);
};
