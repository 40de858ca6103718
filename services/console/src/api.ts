import { token } from './access/token.ts';
import { type Fault, Problem } from './problem.ts';
import { tenant } from './tenant.ts';

export { type Fault, Problem } from './problem.ts';

/** An agent, as far as it takes to say who somebody is. */
export type Me = { readonly id: string; readonly handle?: string; readonly name?: string };

const meKey = (): string => `throughline.me.${tenant.get()}`;
const meWatchers = new Set<() => void>();
let meRead: { key: string; text: string | null; me: Me | undefined } | undefined;

/** Which agent of the tenant somebody at this browser is; they said so, and it is remembered. */
export const me = {
  get: (): Me | undefined => {
    const [key, text] = [meKey(), localStorage.getItem(meKey())];
    if (meRead?.key !== key || meRead.text !== text)
      meRead = { key, text, me: text === null ? undefined : (JSON.parse(text) as Me) };
    return meRead.me;
  },
  set: (agent: Me | undefined): void => {
    if (agent) localStorage.setItem(meKey(), JSON.stringify({ id: agent.id, handle: agent.handle, name: agent.name }));
    else localStorage.removeItem(meKey());
    for (const wake of meWatchers) wake();
  },
  watch: (wake: () => void): (() => void) => {
    meWatchers.add(wake);
    return () => meWatchers.delete(wake);
  },
};

// What a header may hold; whoever has another handle is named by id.
const actor = (): string => {
  const { handle = '', id = 'console' } = me.get() ?? {};
  return /^[\x20-\x7e]{1,256}$/.test(handle) ? handle : id;
};

// By tenant.
const writtenUpTo = new Map<string, number>();

/** For queries about what this page may have written itself: the answer knows at least that much. */
export const sinceWritten = (): Query => ({ minPosition: writtenUpTo.get(tenant.get()) });

/** The server does not have it any more. */
export const forgetWritten = (): void => writtenUpTo.clear();

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

const addressOf = (path: string, query: Query = {}): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(name, String(value));
  return params.size > 0 ? `${path}?${params.toString()}` : path;
};

const whose = (): Record<string, string> => {
  const bearer = token.get();
  // The name as it is wherever it can be one; what a header may not hold is refused by the API in words.
  const named = { 'x-tenant': encodeURIComponent(tenant.get()) };
  if (bearer === null) return named;
  // A token says itself whose data is meant, and is refused where the address says otherwise.
  return { authorization: `Bearer ${bearer}`, ...(tenant.isNamed() && named) };
};

/** Headers of every request: whose data is meant, and who asks. */
export const headers = (extra: Record<string, string> = {}): Record<string, string> => ({ ...whose(), ...extra });

type ProblemBody = { title?: string; detail?: string; errors?: Fault[]; code?: string };

/** What an answer that is not ok says. */
export const problemOf = async (response: Response): Promise<Problem> => {
  if (response.status === 401) token.refused();
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  return new Problem(response.status, body.title ?? `HTTP ${response.status}`, body.detail, body.errors, body.code);
};

const answered = async <Shape>(response: Response): Promise<Shape> => {
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Shape;
};

const asked = (path: string, query?: Query, signal?: AbortSignal, of?: Record<string, string>): Promise<Response> =>
  fetch(addressOf(path, query), { headers: headers(of), signal: signal ?? null });

/** Reads; throws {@link Problem}. */
export const get = async <Shape>(path: string, query?: Query, signal?: AbortSignal): Promise<Shape> =>
  answered<Shape>(await asked(path, query, signal));

/** {@link get} of a tenant by name, whichever is shown. */
export const getOf =
  (name: string): typeof get =>
  async <Shape>(path: string, query?: Query, signal?: AbortSignal) =>
    answered<Shape>(await asked(path, query, signal, { 'x-tenant': encodeURIComponent(name) }));

/** What was read, with what a stream of it takes for its beginning, where there is one. */
export type Seen<Shape> = Shape & { readonly seen: string | undefined };

/** {@link get} of what is watched from then on. */
export const getSeen = async <Shape>(path: string, query?: Query, signal?: AbortSignal): Promise<Seen<Shape>> => {
  const response = await asked(path, query, signal);
  return { ...(await answered<Shape>(response)), seen: response.headers.get('last-event-id') ?? undefined };
};

/** Writes, once even where it is sent twice under one key; throws {@link Problem}. */
export const write = async <Shape extends object>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown,
  key: string = crypto.randomUUID(),
): Promise<Shape> => {
  const name = tenant.get();
  const written = await answered<Shape>(
    await fetch(path, {
      method,
      headers: headers({
        'idempotency-key': key,
        'x-actor': actor(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  if ('position' in written && typeof written.position === 'number')
    writtenUpTo.set(name, Math.max(writtenUpTo.get(name) ?? 0, written.position));
  return written;
};

/** {@link write} of something new. */
export const post = <Shape extends object>(path: string, body: unknown, key?: string): Promise<Shape> =>
  write<Shape>('POST', path, body, key);
