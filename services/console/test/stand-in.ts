import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Entry } from '../src/shapes.ts';
import { type Answered, type Asked, problem } from './answers.ts';
import { briefOf } from './briefs.ts';
import { builtPage } from './build.ts';
import { erasureAnswers } from './erasures.ts';
import { deskAnswers } from './desk.ts';
import { healthAnswers } from './health.ts';
import { retentionAnswers } from './retention.ts';
import {
  accountsOf,
  customersOf,
  overviewOf,
  searchOf,
  seenOf,
  smallWorld,
  timelineOf,
  type World,
  worldThen,
} from './world.ts';
import { writebackAnswers } from './writeback.ts';

export { problem } from './answers.ts';

// The policy of libs/host/src/static.ts: what it forbids must not be needed here either.
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
}; // prettier-ignore

/** Answers instead of the world, for what is hard to reach; undefined leaves it to the world. */
export type Instead = (asked: Asked) => Answered | undefined | Promise<Answered | undefined>;

export type StandIn = {
  readonly url: string;
  readonly world: World;
  /** Every request to the API. */
  readonly asked: Asked[];
  instead: Instead;
  /** Entries per page, whatever is asked for. */
  pageSize?: number;
  /** Adds an entry to a timeline and tells those who listen. */
  push(whose: string, entry: Entry): void;
  /** Takes the newest entry back, as a restore does, and tells those who listen. */
  giveUp(whose: string): void;
  /** Breaks the connections of those who listen. */
  hangUp(): void;
  close(): Promise<void>;
};

type Listener = { readonly whose: string; readonly response: ServerResponse };

/** The built page with an API of made data behind it, on a port of its own. */
export const standIn = async (world: World = smallWorld()): Promise<StandIn> => {
  const folder = builtPage();
  const listeners = new Set<Listener>();
  const asked: Asked[] = [];
  const answerFile = async (path: string, response: ServerResponse) => {
    const file = extname(path) ? path : '/index.html';
    const bytes = await readFile(join(folder, file));
    response.writeHead(200, {
      'content-security-policy': policy,
      'content-type': types[extname(file)] ?? 'text/plain',
    });
    response.end(bytes);
  };
  const listen = (whose: string, from: string, response: ServerResponse) => {
    const listener = { whose, response };
    listeners.add(listener);
    response.on('close', () => listeners.delete(listener));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: begin\nid: ${from}\ndata: null\n\n`);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname: path, searchParams: query } = new URL(request.url!, 'http://stand-in');
    if (!path.startsWith('/v1/')) return answerFile(path, response);
    const [, , , whose = '', , tail] = path.split('/');
    const ask = { method: request.method!, path, query, headers: request.headers, body: await bodyOf(request) };
    asked.push(ask);
    const instead = await self.instead(ask);
    if (tail === 'stream' && !instead) return listen(whose, String(ask.headers['last-event-id'] ?? 0), response);
    const { status = 200, body, location, seen } = instead ?? worldly(world, ask, self.pageSize);
    response.writeHead(status, {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      ...(location && { location }),
      ...(seen && { 'last-event-id': seen }),
    });
    response.end(JSON.stringify(body ?? null));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    asked,
    instead: () => undefined,
    push: (whose, said) => {
      world.timelines.set(whose, [said, ...(world.timelines.get(whose) ?? [])]);
      for (const listener of listeners)
        if (listener.whose === whose)
          listener.response.write(`event: entry\nid: ${said.position}\ndata: ${JSON.stringify(said)}\n\n`);
    },
    giveUp: (whose) => {
      world.timelines.set(whose, (world.timelines.get(whose) ?? []).slice(1));
      for (const { response } of listeners) response.end('event: problem\nid: \ndata: {"code":"LedgerForeign"}\n\n');
    },
    hangUp: () => {
      for (const { response } of listeners) response.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const text = Buffer.concat(await request.toArray()).toString();
  return text ? (JSON.parse(text) as unknown) : undefined;
};

const worldly = (world: World, asked: Asked, pageSize?: number): Answered => {
  const told =
    healthAnswers(world, asked) ??
    retentionAnswers(world, asked) ??
    deskAnswers(world.desk, asked) ??
    writebackAnswers(world.writeback, asked) ??
    erasureAnswers(world, asked);
  if (told) return told;
  const { method, path, query } = asked;
  const [, , place, id = '', part] = path.split('/');
  if (method === 'POST')
    return { status: 201, body: { id: crypto.randomUUID(), event: crypto.randomUUID(), position: 1 } };
  const known = world.customers.find((one) => one.id === id) ?? world.accounts.find((one) => one.id === id);
  switch (`${place}${id && '/…'}${part ? `/${part}` : ''}`) {
    case 'customers':
      return { body: customersOf(world, query) };
    case 'accounts':
      return { body: accountsOf(world, query) };
    case 'customers/…':
    case 'accounts/…':
      return known ? { body: known } : problem(404, 'Not known', 'Nobody has this id.');
    case 'customers/…/timeline': {
      const isFirst = !['cursor', 'asOf', 'recordedAsOf'].some((name) => query.has(name));
      return { body: timelineOf(world, id, query, pageSize), ...(isFirst && { seen: seenOf(world, id) }) };
    }
    case 'accounts/…/timeline':
      return { body: timelineOf(world, id, query, pageSize) };
    case 'customers/…/brief':
      return { body: briefOf(worldThen(world, query), id) };
    case 'overview':
      return { body: overviewOf(world, query) };
    case 'search':
      return { body: searchOf(world, query) };
    case 'quarantine':
      return { body: { items: world.quarantined, nextCursor: null } };
    case 'tenants':
      return { body: { items: world.tenants.map((name) => ({ name })), nextCursor: null } };
    default:
      return problem(404, 'Not found', `There is no ${path}.`);
  }
};
