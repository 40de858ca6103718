import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Busy } from '@throughline/host';
import { readMail, type ReadMail, Unreadable } from './read.ts';
import type { Answer } from './read.worker.ts';

const thread = new URL(`./read.worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

// A mail of so many lines is read within about 50 ms; longer ones would hold up every other request.
const mostLinesHere = 5_000;
const mostBytesHere = 1_048_576;
const longest = 60_000;
const heapMb = 1_024;

/** Reads mails: short ones at once, long ones one after the other on a thread with bounded memory and time. */
export class MailReader {
  constructor(private readonly mostBytesWaiting = 256 * 1_048_576) {}

  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private bytesWaiting = 0;

  /** Throws {@link Unreadable}, or `Busy` where too many long mails are waiting. */
  async read(bytes: Uint8Array): Promise<ReadMail> {
    if (bytes.length <= mostBytesHere && linesIn(bytes) <= mostLinesHere) return readMail(bytes);
    if (this.bytesWaiting + bytes.length > this.mostBytesWaiting) throw new Busy('Too many large mails at once.', 5);
    this.bytesWaiting += bytes.length;
    const reading = this.last.then(() => this.readOnThread(bytes));
    this.last = reading.catch(() => undefined);
    return reading.finally(() => (this.bytesWaiting -= bytes.length));
  }

  /** Ends the thread, and with it what is being read. */
  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private async readOnThread(bytes: Uint8Array): Promise<ReadMail> {
    const worker = (this.worker ??= this.start());
    worker.ref();
    try {
      const answer = await answerOf(worker, bytes);
      if ('mail' in answer) return answer.mail;
      throw new Unreadable(answer.unreadable);
    } finally {
      worker.unref();
    }
  }

  private start(): Worker {
    const worker = new Worker(thread, { resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    worker.once('exit', () => (this.worker = undefined));
    return worker;
  }
}

const linesIn = (bytes: Uint8Array): number => {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0 && lines <= mostLinesHere; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
};

const answerOf = (worker: Worker, bytes: Uint8Array): Promise<Answer> =>
  new Promise<Answer>((resolve) => {
    const give = (answer: Answer): void => {
      clearTimeout(timer);
      worker.removeAllListeners('message').removeAllListeners('error').removeListener('exit', died);
      resolve(answer);
    };
    const died = (): void => give({ unreadable: 'takes too much memory to read' });
    const timer = setTimeout(() => {
      give({ unreadable: 'takes over a minute to read' });
      void worker.terminate();
    }, longest);
    worker.once('message', give).once('error', died).once('exit', died);
    worker.postMessage(bytes, []);
  });
