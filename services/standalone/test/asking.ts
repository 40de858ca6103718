/** What a server answered. */
export type Answer<Body> = { readonly status: number; readonly headers: Headers; readonly body: Body };

/** What to ask: a GET, or where there is a body a POST, unless a method is given. */
export type Ask = {
  readonly method?: string;
  readonly tenant?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly mail?: string | Uint8Array<ArrayBuffer>;
  readonly ndjson?: string;
};

const bodyOf = ({ json, mail, ndjson }: Ask): { type: string; body: string | Uint8Array<ArrayBuffer> } | undefined => {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) };
  if (mail !== undefined) return { type: 'message/rfc822', body: mail };
  return ndjson === undefined ? undefined : { type: 'application/x-ndjson', body: ndjson };
};

/** Asks one server. Redirects are answers. An answer that is not JSON is text. */
export const asking =
  (url: string) =>
  async <Body = unknown>(path: string, ask: Ask = {}): Promise<Answer<Body>> => {
    const sent = bodyOf(ask);
    const headers = {
      ...(sent && { 'content-type': sent.type }),
      ...(ask.tenant !== undefined && { 'x-tenant': ask.tenant }),
      ...ask.headers,
    };
    const method = ask.method ?? (sent ? 'POST' : 'GET');
    const response = await fetch(`${url}${path}`, { method, headers, body: sent?.body, redirect: 'manual' });
    const text = await response.text();
    const isJson = /[/+]json(;|$)/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  };

export type Asking = ReturnType<typeof asking>;

/** The answer's body, where it is a success. Throws what the server said otherwise. */
export const told =
  (ask: Asking) =>
  async <Body = unknown>(path: string, more: Ask = {}): Promise<Body> => {
    const { status, body } = await ask<Body>(path, more);
    if (status < 300) return body;
    throw new Error(`${more.method ?? ''} ${path}: ${status} ${JSON.stringify(body)}`);
  };

export type Told = ReturnType<typeof told>;

/** A path with a query. */
export const withQuery = (path: string, query: Readonly<Record<string, string | number>>): string =>
  `${path}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
