import { parentPort } from 'node:worker_threads';
import { cannotBeRead, readMail, Unreadable } from './read.ts';

/** What the thread answers for one mail. */
export type Answer = { readonly mail: Awaited<ReturnType<typeof readMail>> } | { readonly unreadable: string };

parentPort?.on('message', (bytes: Uint8Array) => {
  void answer(bytes).then((answer) => parentPort!.postMessage(answer, []));
});

const answer = async (bytes: Uint8Array): Promise<Answer> => {
  try {
    return { mail: await readMail(bytes) };
  } catch (error) {
    return { unreadable: error instanceof Unreadable ? error.reason : cannotBeRead };
  }
};
