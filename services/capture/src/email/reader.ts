import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Busy } from '@throughline/host';
import { cannotBeRead, readMail, type ReadMail, Unreadable } from './read.ts';
import type { Answer } from './read.worker.ts';

const thread = new URL(`./read.worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

// A mail of so many lines is read within about 50 ms; longer ones would hold up every other request.
const mostLinesHere = 5_000;
const mostBytesHere = 1_048_576;

/** What reading may take. */
export type Limits = {
  /** Of all long mails that wait or are read. */
  readonly bytesWaiting: number;
  /** The heap of the thread. */
  readonly heapMb: number;
  /** For one mail. */
  readonly milliseconds: number;
};

const usual: Limits = { bytesWaiting: 256 * 1_048_576, heapMb: 1_024, milliseconds: 60_000 };

/** Reads mails: short ones at once, long ones one after the other on a thread with bounded memory and time. */
export class MailReader {
  private readonly limits: Limits;

  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private bytesWaiting = 0;
  private closed = false;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...usual, ...limits };
  }

  /** Throws {@link Unreadable}, or `Busy` where too many long mails are waiting or the reader is closed. */
  async read(bytes: Uint8Array): Promise<ReadMail> {
    if (bytes.length <= mostBytesHere && linesIn(bytes) <= mostLinesHere) return readHere(bytes);
    if (this.bytesWaiting + bytes.length > this.limits.bytesWaiting) throw new Busy('Too many large mails at once.', 5);
    this.bytesWaiting += bytes.length;
    const reading = this.last.then(() => this.readOnThread(bytes));
    this.last = reading.catch(() => undefined);
    return reading.finally(() => (this.bytesWaiting -= bytes.length));
  }

  /** Ends the thread; what is being read is not taken. */
  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
  }

  private async readOnThread(bytes: Uint8Array): Promise<ReadMail> {
    if (this.closed) throw stopping();
    const worker = (this.worker ??= this.start());
    worker.ref();
    const answer = await answerOf(worker, bytes, this.limits.milliseconds);
    worker.unref();
    if ('mail' in answer) return answer.mail;
    if ('ended' in answer) {
      this.worker = undefined;
      await worker.terminate();
      if (this.closed) throw stopping();
    }
    throw new Unreadable(answer.unreadable);
  }

  private start(): Worker {
    const worker = new Worker(thread, { resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMb } });
    // Who waits for an answer hears of it; without this listener it would end the process.
    worker.on('error', () => undefined);
    return worker;
  }
}

// What the parser stumbles over is the mail's fault here as on the thread.
const readHere = async (bytes: Uint8Array): Promise<ReadMail> => {
  try {
    return await readMail(bytes);
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(cannotBeRead);
  }
};

const stopping = (): Busy => new Busy('The server is stopping. Send it again.', 2, 'Stopping');

const linesIn = (bytes: Uint8Array): number => {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0 && lines <= mostLinesHere; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
};

/** An answer, or that there will be none: the thread is of no use any more. */
type AnswerOrEnd = Answer | { readonly unreadable: string; readonly ended: true };

const answerOf = (worker: Worker, bytes: Uint8Array, milliseconds: number): Promise<AnswerOrEnd> =>
  new Promise((resolve) => {
    const give = (answer: AnswerOrEnd): void => {
      clearTimeout(timer);
      worker.off('message', give).off('exit', died);
      resolve(answer);
    };
    const died = (): void => give({ unreadable: 'takes too much memory to read', ended: true });
    const timer = setTimeout(() => give({ unreadable: 'takes too long to read', ended: true }), milliseconds);
    worker.once('message', give).once('exit', died);
    worker.postMessage(bytes, []);
  });
