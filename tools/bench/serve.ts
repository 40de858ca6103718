import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Role } from '@throughline/host';
import { tenant } from './events.ts';
import type { Installation } from './installation.ts';

export type Wanted = Pick<Installation, 'urls' | 'keys'> & {
  readonly service: 'capture' | 'timeline';
  /** API keys, and the roles of whoever shows one; nobody is asked unless there are some. */
  readonly roles?: Readonly<Record<string, readonly Role[]>>;
};

/** A service that answers over HTTP. */
export type Served = {
  /** Answers the body; throws where the status is another one than 200 or 201. */
  readonly ask: (method: 'GET' | 'POST', path: string, body?: string) => Promise<string>;
  /** Asks, and lets the answer go by: texts made of it by the thousand would measure the asker's garbage collection. */
  readonly get: (path: string) => Promise<void>;
  /** Where it answers over gRPC, where it does. */
  readonly grpc: string | undefined;
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

/** Where it answers, as it tells whoever started it. */
export type ServedAt = { readonly http: string; readonly grpc: string | undefined };

type Answer = NodeJS.ReadableStream & { readonly statusCode: number };

/** Starts a service in a process of its own; asked over as many connections as there are callers, with the first of the keys. */
export const serve = async (
  { urls, keys }: Installation,
  service: Wanted['service'],
  roles?: Wanted['roles'],
): Promise<Served> => {
  const child = fork(fileURLToPath(new URL('served.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const wanted: Wanted = { service, urls, keys, roles };
  child.send(wanted);
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`${service} did not start`)));
  const [at] = (await Promise.race([once(child, 'message'), gone])) as [ServedAt];
  const agent = new Agent({ keepAlive: true });
  gone.catch(() => undefined);
  const send = async (method: string, path: string, body?: string): Promise<Answer> => {
    const headers = {
      'x-tenant': tenant,
      ...(roles && { authorization: `Bearer ${Object.keys(roles)[0]}` }),
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const asked = request(new URL(path, at.http), { method, agent, headers });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [Answer];
    if (answer.statusCode > 201) throw new Error(`${method} ${path}: ${answer.statusCode} ${await text(answer)}`);
    return answer;
  };
  return {
    grpc: at.grpc,
    pid: child.pid!,
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
