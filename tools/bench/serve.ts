import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { tenant } from './events.ts';
import type { Installation } from './installation.ts';

export type Wanted = Pick<Installation, 'urls' | 'keys'> & { readonly service: 'capture' | 'timeline' };

/** A service that answers over HTTP. */
export type Served = {
  /** Answers the body; throws where the status is another one than 200 or 201. */
  readonly ask: (method: 'GET' | 'POST', path: string, body?: string) => Promise<string>;
  /** Asks, and lets the answer go by: texts made of it by the thousand would measure the asker's garbage collection. */
  readonly get: (path: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Answer = NodeJS.ReadableStream & { readonly statusCode: number };

/** Starts a service in a process of its own; asked over as many connections as there are callers. */
export const serve = async ({ urls, keys }: Installation, service: Wanted['service']): Promise<Served> => {
  const child = fork(fileURLToPath(new URL('served.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const wanted: Wanted = { service, urls, keys };
  child.send(wanted);
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`${service} did not start`)));
  const [base] = (await Promise.race([once(child, 'message'), gone])) as [string];
  const agent = new Agent({ keepAlive: true });
  gone.catch(() => undefined);
  const send = async (method: string, path: string, body?: string): Promise<Answer> => {
    const headers = {
      'x-tenant': tenant,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const asked = request(new URL(path, base), { method, agent, headers });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [Answer];
    if (answer.statusCode > 201) throw new Error(`${method} ${path}: ${answer.statusCode} ${await text(answer)}`);
    return answer;
  };
  return {
    ask: async (...what) => text(await send(...what)),
    get: async (path) => void (await once((await send('GET', path)).resume(), 'end')),
    stop: async () => {
      agent.destroy();
      if (!child.connected) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
};
