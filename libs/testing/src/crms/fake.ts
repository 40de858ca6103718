import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A request as a fake sees it. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  // oxlint-disable-next-line no-explicit-any -- whatever a CRM is sent
  readonly body: any;
};

/** What a fake says. */
export type Says = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> };

/** Something that goes wrong, once, at the first request that it is for. */
export type Mishap = {
  /** Of `METHOD /path`; any write unless given. */
  readonly at?: RegExp;
  /** The request is worked on all the same. */
  readonly commits?: boolean;
  /** What is said instead of the truth; `hang` says nothing, `reset` breaks the connection. */
  readonly says?: Says | 'hang' | 'reset';
  readonly afterMs?: number;
};

/** Why a request is refused: thrown by a CRM's rules. */
export class Refusing extends Error {
  constructor(readonly says: Says) {
    super(`refused with ${says.status}`);
  }
}

/** The rules of a CRM: what it does with a request. It may change its state only where `writes` says so. */
export interface Rules {
  readonly writes: (asked: Asked) => boolean;
  readonly answer: (asked: Asked) => Says;
}

const htmlPage: Says = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><p>Please log in</p>',
};

/** The ways in which a CRM behaves badly. */
export const mishaps = {
  refuses: (status: number, more: Partial<Mishap> = {}): Mishap => ({ says: { status, body: 'It failed' }, ...more }),
  throttles: (seconds: number): Mishap => ({
    says: { status: 429, headers: { 'retry-after': String(seconds) }, body: {} },
  }),
  failsAfterCommit: (): Mishap => ({ commits: true, says: { status: 500, body: 'It failed' } }),
  hangs: (): Mishap => ({ says: 'hang' }),
  hangsAfterCommit: (): Mishap => ({ commits: true, says: 'hang' }),
  breaks: (): Mishap => ({ says: 'reset' }),
  breaksAfterCommit: (): Mishap => ({ commits: true, says: 'reset' }),
  answersHtml: (): Mishap => ({ says: htmlPage }),
  answersHtmlAfterCommit: (): Mishap => ({ commits: true, says: htmlPage }),
  isSlow: (afterMs: number): Mishap => ({ commits: true, afterMs }),
  redirects: (location: string): Mishap => ({ at: /./, says: { status: 302, headers: { location } } }),
} as const;

/** A CRM on loopback that keeps what it is told, and fails as it is told to. */
export class Fake {
  readonly asked: Asked[] = [];
  readonly mishaps: Mishap[] = [];
  private server: Server | undefined;
  private port = 0;

  /** With a `journal` what was written outlives the process. */
  constructor(
    private readonly rules: Rules,
    private readonly journal?: string,
  ) {
    if (journal === undefined || !existsSync(journal)) return;
    // A last line that was cut by a kill was answered to nobody.
    for (const line of readFileSync(journal, 'utf8').split('\n').slice(0, -1)) {
      const { query, ...asked } = JSON.parse(line) as Asked & { query: string };
      this.rules.answer({ ...asked, query: new URLSearchParams(query) });
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Lets things go wrong, in this order. */
  next(...mishaps: readonly Mishap[]): void {
    this.mishaps.push(...mishaps);
  }

  async start(port = this.port): Promise<this> {
    const server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this;
  }

  /** Ends at once, whatever is under way. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await read(request);
    this.asked.push(asked);
    const mishap = this.mishapAt(asked);
    const truth = mishap && !mishap.commits ? undefined : this.work(asked);
    if (mishap?.afterMs) await pause(mishap.afterMs);
    const says = mishap?.says ?? truth!;
    if (says === 'hang') return;
    if (says === 'reset') return void request.socket.destroy();
    const text = typeof says.body === 'string' ? says.body : JSON.stringify(says.body);
    response.writeHead(says.status, { 'content-type': 'application/json', ...says.headers });
    response.end(text);
  }

  private mishapAt(asked: Asked): Mishap | undefined {
    const [first] = this.mishaps;
    const isIt = first && (first.at ? first.at.test(`${asked.method} ${asked.path}`) : this.rules.writes(asked));
    return isIt ? this.mishaps.shift() : undefined;
  }

  private work(asked: Asked): Says {
    try {
      const says = this.rules.answer(asked);
      if (this.journal !== undefined && this.rules.writes(asked))
        appendFileSync(this.journal, `${JSON.stringify({ ...asked, query: String(asked.query) })}\n`);
      return says;
    } catch (error) {
      if (error instanceof Refusing) return error.says;
      return { status: 500, body: String(error) };
    }
  }
}

const read = async (request: IncomingMessage): Promise<Asked> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
  const body: unknown = text === '' ? undefined : parsed(text);
  return { method: request.method ?? 'GET', path: pathname, query: searchParams, headers: request.headers, text, body };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
