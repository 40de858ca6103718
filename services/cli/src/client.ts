import pRetry, { AbortError } from 'p-retry';
import { type Problem, Refused } from './refused.ts';

/** How a run ends (docs/operations.md): the numbers are promised to scripts. */
export const exit = { done: 0, failed: 1, usage: 2, needsALook: 3, unreachable: 4 } as const;

/** No server answered at the address. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(url: string, cause: unknown) {
    const { code, message } = ((cause as Error).cause ?? cause) as NodeJS.ErrnoException;
    super(
      `no Throughline answers at ${url} (${code ?? message}); start it with \`npm start\`, or say where it is with --url`,
      { cause },
    );
  }
}

/** A request of the HTTP API: paths under `/v1`, bodies as JSON or as they are. */
export type Ask = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
  /** What this command calls a part of it otherwise than others do, by its pointer: `/handle` as `/other`. */
  readonly typed?: Readonly<Record<string, string>>;
};

/** Speaks to one Throughline as one tenant. A server that asks to wait (429, 503) is asked again, as it says. */
export class Client {
  constructor(
    readonly url: string,
    readonly tenant?: string,
    private readonly actor = 'cli',
    private readonly bearer?: string,
  ) {}

  /** The answer's JSON. Throws {@link Refused} or {@link Unreachable}. */
  async ask<Answer>(path: string, ask: Ask = {}): Promise<Answer> {
    const response = await this.send(path, ask);
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  }

  /** The answer as it is, for streams. */
  send(path: string, ask: Ask = {}): Promise<Response> {
    return pRetry(() => this.once(path, ask), {
      retries: 8,
      minTimeout: 250,
      maxTimeout: 10_000,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof Refused && [429, 503].includes(error.status),
    });
  }

  /** Every item of a paged list. */
  async *all<Item>(path: string, query: Ask['query'] = {}): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const page = await this.ask<{ items: Item[]; nextCursor: string | null }>(path, { query: { ...query, cursor } });
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
  }

  private async once(path: string, ask: Ask): Promise<Response> {
    const url = new URL(path, this.url);
    for (const [name, value] of Object.entries(ask.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const headers: Record<string, string> = { accept: 'application/json, application/x-ndjson', 'x-actor': this.actor };
    if (this.tenant) headers['x-tenant'] = this.tenant;
    if (this.bearer) headers['authorization'] = `Bearer ${this.bearer}`;
    if (ask.json !== undefined) headers['content-type'] = 'application/json';
    if (ask.body) headers['content-type'] = ask.body.type;
    const body =
      ask.json === undefined ? (ask.body?.bytes as Uint8Array<ArrayBuffer> | undefined) : JSON.stringify(ask.json);
    const request = { method: ask.method ?? 'GET', headers, redirect: 'follow' as const, ...(body && { body }) };
    const response = await fetch(url, request).catch((error: unknown) => {
      throw new AbortError(new Unreachable(this.url, error));
    });
    if (!response.ok) throw await refusal(response, ask.typed);
    return response;
  }
}

const refusal = async (response: Response, typed: Ask['typed']): Promise<Refused> => {
  const after = Number(response.headers.get('retry-after'));
  if (after > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(after, 30) * 1_000));
  const text = await response.text();
  const problem = text.startsWith('{') ? (JSON.parse(text) as Problem) : { detail: text.slice(0, 500) };
  return new Refused(response.status, problem, typed);
};
