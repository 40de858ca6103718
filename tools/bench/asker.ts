/**
 * Asks for addresses one after the other, in a process of its own with next to nothing to collect: what an asker leaves
 * behind would be collected on the processors of whoever answers, and be taken for time to answer. Started by `askerOf`.
 */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tenant } from './events.ts';
import type { Slot } from './figures.ts';

/** What to ask for in turn, and for how long. */
export type Asked = { readonly urls: readonly string[]; readonly seconds: number };

/** How it went; an answer other than 200 ends it. */
export type Heard = Slot | { readonly failed: string };

const agent = new Agent({ keepAlive: true });
let nth = 0;

const ask = async (url: string): Promise<void> => {
  const [answer] = (await once(get(url, { agent, headers: { 'x-tenant': tenant } }), 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode}`);
  await once(answer.resume(), 'end');
};

const run = async ({ urls, seconds }: Asked): Promise<Heard> => {
  const latencies: number[] = [];
  const begun = performance.now();
  for (let from = begun, to = from; from < begun + seconds * 1_000; from = to) {
    await ask(urls[(nth += 1) % urls.length]!);
    to = performance.now();
    latencies.push(to - from);
  }
  return { done: latencies.length, ms: performance.now() - begun, latencies };
};

process.on('message', (asked: Asked) => {
  void run(asked)
    .catch(({ message }: Error): Heard => ({ failed: message }))
    .then((heard) => process.send!(heard));
});
process.once('disconnect', () => process.exit());
