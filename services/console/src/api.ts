/** The server said no: an RFC 9457 problem. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail?: string,
    readonly faults: readonly Fault[] = [],
  ) {
    super(detail ?? title);
  }
}

/** What is wrong with a field of what was sent; `pointer` as in `/nextStep/due`. */
export type Fault = { readonly pointer: string; readonly reason: string };

const tenantKey = 'throughline.tenant';
let shown = sessionStorage.getItem(tenantKey) ?? localStorage.getItem(tenantKey) ?? 'default';

/** Whose data the page shows: this tab's choice; a new tab starts with the last one made. */
export const tenant = {
  get: (): string => shown,
  set: (name: string): void => {
    shown = name;
    writtenUpTo = 0;
    sessionStorage.setItem(tenantKey, name);
    localStorage.setItem(tenantKey, name);
  },
};

let writtenUpTo = 0;

/** For queries about what this page may have written itself: the answer knows at least that much. */
export const sinceWritten = (): Query => (writtenUpTo > 0 ? { minPosition: writtenUpTo } : {});

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

const addressOf = (path: string, query: Query = {}): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(name, String(value));
  return params.size > 0 ? `${path}?${params.toString()}` : path;
};

/** Headers of every request: whose data is meant. */
export const headers = (extra: Record<string, string> = {}): Record<string, string> => ({
  'x-tenant': tenant.get(),
  ...extra,
});

/** What an answer that is not ok says. */
export const problemOf = async (response: Response): Promise<Problem> => {
  const body = (await response.json().catch(() => ({}))) as { title?: string; detail?: string; errors?: Fault[] };
  return new Problem(response.status, body.title ?? `HTTP ${response.status}`, body.detail, body.errors);
};

const answered = async <Shape>(response: Response): Promise<Shape> => {
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Shape;
};

/** Reads; throws {@link Problem}. */
export const get = async <Shape>(path: string, query?: Query, signal?: AbortSignal): Promise<Shape> =>
  answered<Shape>(await fetch(addressOf(path, query), { headers: headers(), signal: signal ?? null }));

/** Writes, once even where it is sent twice under one key; throws {@link Problem}. */
export const post = async <Shape extends object>(path: string, body: unknown, key: string): Promise<Shape> => {
  const written = await answered<Shape>(
    await fetch(path, {
      method: 'POST',
      headers: headers({ 'content-type': 'application/json', 'idempotency-key': key, 'x-actor': 'console' }),
      body: JSON.stringify(body),
    }),
  );
  if ('position' in written && typeof written.position === 'number')
    writtenUpTo = Math.max(writtenUpTo, written.position);
  return written;
};
