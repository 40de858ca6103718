import { createParser } from 'eventsource-parser';

/** The server said no: an RFC 9457 problem. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail?: string,
    readonly faults: readonly { pointer: string; reason: string }[] = [],
  ) {
    super(detail ?? title);
  }
}

const tenantKey = 'throughline.tenant';

/** Whose data the page shows; remembered by the browser. */
export const tenant = {
  get: (): string => localStorage.getItem(tenantKey) ?? 'default',
  set: (name: string): void => localStorage.setItem(tenantKey, name),
};

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

const addressOf = (path: string, query: Query = {}): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(name, String(value));
  return params.size > 0 ? `${path}?${params.toString()}` : path;
};

const headers = (extra: Record<string, string> = {}) => ({ 'x-tenant': tenant.get(), ...extra });

const problemOf = async (response: Response): Promise<Problem> => {
  const body = (await response.json().catch(() => ({}))) as {
    title?: string;
    detail?: string;
    errors?: { pointer: string; reason: string }[];
  };
  return new Problem(response.status, body.title ?? `HTTP ${response.status}`, body.detail, body.errors);
};

const answered = async <Shape>(response: Response): Promise<Shape> => {
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Shape;
};

/** Reads; throws {@link Problem}. */
export const get = async <Shape>(path: string, query?: Query, signal?: AbortSignal): Promise<Shape> =>
  answered<Shape>(await fetch(addressOf(path, query), { headers: headers(), ...(signal && { signal }) }));

/** Writes, once even where it is sent twice; throws {@link Problem}. */
export const post = async <Shape>(path: string, body: unknown, key: string): Promise<Shape> =>
  answered<Shape>(
    await fetch(path, {
      method: 'POST',
      headers: headers({ 'content-type': 'application/json', 'idempotency-key': key, 'x-actor': 'console' }),
      body: JSON.stringify(body),
    }),
  );

/** Listens to a stream of server-sent events until the signal aborts; comes back by itself after a break. */
export const listen = async (
  path: string,
  after: number,
  onEvent: (event: string, data: unknown) => void,
  signal: AbortSignal,
): Promise<void> => {
  let last = String(after);
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (id) last = id;
      onEvent(event ?? 'message', JSON.parse(data) as unknown);
    },
  });
  for (let wait = 1_000; !signal.aborted; wait = Math.min(wait * 2, 30_000)) {
    try {
      const response = await fetch(path, {
        headers: headers({ accept: 'text/event-stream', 'last-event-id': last }),
        signal,
      });
      if (!response.ok || !response.body) throw await problemOf(response);
      wait = 1_000;
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text);
    } catch {
      // A lost connection; the next one goes on after the last event that was seen.
    }
    parser.reset();
    await pause(wait, signal);
  }
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
