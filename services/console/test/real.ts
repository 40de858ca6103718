import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@throughline/testing';
import type { Page } from 'playwright-core';
import { builtPage } from './build.ts';

const root = new URL('../../../', import.meta.url);
const main = fileURLToPath(new URL('services/standalone/src/main.ts', root));
const loader = new URL('tools/source.js', root).href;

/** A whole Throughline in a process of its own, from source, with nothing in it. */
export type Real = {
  readonly url: string;
  /** Sends to its API what must succeed. */
  readonly send: <Body>(method: string, path: string, body: unknown) => Promise<Body>;
  readonly close: () => Promise<void>;
};

/** Starts one; resolves once it is ready. */
export const real = async (): Promise<Real> => {
  const env = {
    ...process.env,
    THROUGHLINE_DATA_DIR: await temporaryFolder(),
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    QUIET_EVERY: '0',
  };
  // The channel is how it learns that whoever started it is gone.
  const child = spawn(process.execPath, ['--conditions=source', '--import', loader, main], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }); // prettier-ignore
  let said = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const hear = (text: string) => {
    said += text;
    const url = /^ {2}console +(\S+?)\/?$/m.exec(said)?.[1];
    if (url && /^ {2}data /m.test(said)) resolve(url);
  };
  child.stdout!.setEncoding('utf8').on('data', hear);
  child.stderr!.setEncoding('utf8').on('data', hear);
  void ended.then(() => reject(new Error(`It ended before it was ready: ${said}`)));
  const url = await promise;
  const send = async <Body>(method: string, path: string, body: unknown): Promise<Body> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    if (response.ok) return (await response.json()) as Body;
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  const close = async () => {
    child.kill();
    await ended;
  };
  return { url, send, close };
};

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** Lets a page of a real Throughline be the one that the sources make now, whatever was built there. */
export const withPage = (page: Page): Promise<unknown> =>
  page.route(
    ({ pathname }) => !pathname.startsWith('/v1/'),
    (route) => {
      const { pathname } = new URL(route.request().url());
      const body = readFileSync(join(builtPage(), extname(pathname) ? pathname : 'index.html'));
      return route.fulfill({ body, contentType: types[extname(pathname)] ?? 'text/html' });
    },
  );
