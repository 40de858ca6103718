import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Role } from '@throughline/host';
import type { Asked, Heard } from './asker.ts';
import { tenant } from './events.ts';
import type { Slot } from './figures.ts';
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
  /** Asks for these paths in turn for so many seconds, the next as soon as the last is answered, from a process of its own. */
  readonly read: (paths: readonly string[], seconds: number) => Promise<Slot>;
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
  let asker: ReturnType<typeof askerOf> | undefined;
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
    read: async (paths, seconds) => {
      asker ??= askerOf();
      return asker.ask({ urls: paths.map((path) => new URL(path, at.http).href), seconds });
    },
    stop: async () => {
      agent.destroy();
      asker?.stop();
      if (!child.connected) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
};

/** Starts who asks. */
const askerOf = () => {
  const child = fork(fileURLToPath(new URL('asker.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, '--single-threaded-gc'],
  });
  const gone = once(child, 'exit').then(() => Promise.reject(new Error('who asks is gone')));
  gone.catch(() => undefined);
  return {
    ask: async (asked: Asked): Promise<Slot> => {
      child.send(asked);
      const [heard] = (await Promise.race([once(child, 'message'), gone])) as [Heard];
      if ('failed' in heard) throw new Error(heard.failed);
      return heard;
    },
    stop: () => child.disconnect(),
  };
};
