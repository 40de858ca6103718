import { lookup as resolve, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { isAddress, isPublic } from './address.ts';
import { Fault, faultOfError, faultOfStatus, retryAfterOf } from './fault.ts';

/** One request to a CRM. */
export type Ask = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'OPTIONS';
  /** Below the connection's URL, beginning with a slash. */
  readonly path: string;
  /** What the path is called where it is told of, without what was filled in; itself unless given. */
  readonly named?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON, or, as text, as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** It changes something in the CRM; a search by POST does not. */
  readonly writes?: boolean;
  /** A success may say anything but a page; JSON is what it has to be else. */
  readonly answersAnything?: boolean;
  /** Any answer does, whatever its status: it is only asked whether somebody is there. Its body is not looked at. */
  readonly anyStatus?: boolean;
};

/** An answer with a status of 2xx, unless any would do: its JSON; undefined where there is none (204). */
export type Answer = { readonly status: number; readonly body: unknown };

/** Asks a CRM. Throws {@link Fault} for anything but a success in JSON. */
export type Http = { (ask: Ask): Promise<Answer>; readonly close: () => Promise<void> };

/** Whom to ask, and how. */
export type Endpoint = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** It may be on this machine or in a private network. */
  readonly allowPrivate: boolean;
  /** How long a request may take as a whole, in milliseconds. */
  readonly timeoutMs: number;
  /** Texts that must never be repeated: they are struck out of whatever the CRM says. */
  readonly secrets: readonly string[];
};

const largestAnswer = 16 * 1024 * 1024;
const connectsWithinMs = 5_000;
const saidAtMost = 500;

const refused = (): Fault =>
  new Fault(
    'connection',
    'PrivateAddress',
    'The address is not of the public internet; the connection must allow that (allowPrivate).',
  );

// Looked at where the connection is made, so that a name cannot lead to another address after it was checked.
const publicLookup: LookupFunction = (host, options, callback) => {
  resolve(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    if (!addresses.every(({ address }) => isPublic(address))) return callback(refused(), []);
    if (options.all) return callback(null, addresses);
    callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

const urlOf = (base: string, { path, query = {} }: Ask): URL => {
  const url = new URL(base.replace(/\/+$/, '') + path);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
};

const scrubbed = (text: string, secrets: readonly string[]): string =>
  secrets.filter((secret) => secret.length > 0).reduce((said, secret) => said.replaceAll(secret, '…'), text);

const isHtml = (text: string): boolean => /^\s*<(!doctype|html)/i.test(text);

const wordsOf = (text: string): string => {
  const words = isHtml(text) ? 'an HTML page' : text.replace(/\s+/g, ' ').trim();
  return words.length > saidAtMost ? `${words.slice(0, saidAtMost)}…` : words;
};

/** A way to ask one CRM: JSON both ways, no redirect followed, no private address unless allowed, everything bounded. */
export const outbound = ({ url, headers, allowPrivate, timeoutMs, secrets }: Endpoint): Http => {
  const agent = new Agent({
    maxResponseSize: largestAnswer,
    connect: { timeout: connectsWithinMs, ...(!allowPrivate && { lookup: publicLookup }) },
  });

  const ask = async (one: Ask): Promise<Answer> => {
    const call = { method: one.method, path: one.named ?? one.path, writes: one.writes ?? false };
    const at = urlOf(url, one);
    if (!allowPrivate && isAddress(at.hostname) && !isPublic(at.hostname)) throw refused();
    const answer = await send(agent, at, one, { headers, timeoutMs }).catch((error: unknown) => {
      throw faultOfError(call, error);
    });
    if (one.anyStatus) return { status: answer.status, body: undefined };
    const said = () => wordsOf(scrubbed(answer.text, secrets));
    if (answer.status >= 300)
      throw faultOfStatus(call, {
        status: answer.status,
        said: said(),
        location: answer.location,
        retryAfterMs: retryAfterOf(answer.retryAfter, Date.now()),
      });
    if (answer.text.trim() === '') return { status: answer.status, body: undefined };
    try {
      return { status: answer.status, body: JSON.parse(answer.text) as unknown };
    } catch {
      if (one.answersAnything && !isHtml(answer.text)) return { status: answer.status, body: undefined };
      // A page of a proxy or a login: whether the CRM ever saw the request cannot be told.
      throw new Fault(call.writes ? 'doubt' : 'transient', 'NotJson', `${call.method} ${call.path} answered ${said()}`);
    }
  };
  return Object.assign(ask, { close: () => agent.close() });
};

// MCP may answer one request by a stream of events that ends with the answer.
const lastEventIn = (stream: string): string => {
  const lines = stream.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return lines.at(-1)?.slice('data:'.length) ?? '';
};

type Received = { status: number; text: string; location?: string; retryAfter?: string };

const send = async (
  dispatcher: Agent,
  at: URL,
  { method, body, headers: own }: Ask,
  { headers, timeoutMs }: Pick<Endpoint, 'headers' | 'timeoutMs'>,
): Promise<Received> => {
  const json = body !== undefined && typeof body !== 'string';
  const answer = await request(at, {
    dispatcher,
    method,
    headers: {
      accept: 'application/json',
      'user-agent': 'throughline',
      ...(json && { 'content-type': 'application/json' }),
      ...headers,
      ...own,
    },
    body: json ? JSON.stringify(body) : body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  const header = (name: string): string | undefined => {
    const value = answer.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const said = await answer.body.text();
  const text = header('content-type')?.startsWith('text/event-stream') ? lastEventIn(said) : said;
  return { status: answer.statusCode, text, location: header('location'), retryAfter: header('retry-after') };
};
