import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Fault } from './fault.ts';
import { type Ask, outbound } from './outbound.ts';

const pem = (name: string): Buffer => readFileSync(new URL(`../../fixtures/self-signed.${name}.pem`, import.meta.url));
const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  return (server.address() as AddressInfo).port;
};

const asking = (url: string, more: Partial<Parameters<typeof outbound>[0]> = {}) => {
  const http = outbound({ url, headers: {}, allowPrivate: true, timeoutMs: 500, secrets: ['s3cret'], ...more });
  open.push(http);
  return (ask: Partial<Ask> = {}) => http({ method: 'GET', path: '/v1/things', ...ask });
};

const answering = async (answer: RequestListener) => asking(`http://127.0.0.1:${await listening(createPlain(answer))}`);

const faultOf = async (asked: Promise<unknown>): Promise<Fault> => {
  const error = await asked.then(() => undefined, (thrown: unknown) => thrown); // prettier-ignore
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
};

describe('a call to a CRM', () => {
  it('is JSON both ways', async () => {
    const ask = await answering((request, response) => request.pipe(response));
    expect(await ask({ method: 'POST', body: { a: 1 } })).toEqual({ status: 200, body: { a: 1 } });
  });

  it('takes an empty answer', async () => {
    const ask = await answering((_, response) => void response.writeHead(204).end());
    expect(await ask()).toEqual({ status: 204, body: undefined });
  });

  it('takes the last event of a stream', async () => {
    const ask = await answering((_, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"n":1}\n\ndata: {"n":2}\n\n'),
    );
    expect((await ask()).body).toEqual({ n: 2 });
  });

  it('refuses a private address, given as such or by a name', async () => {
    const port = await listening(createPlain((_, response) => response.end('{}')));
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '[::ffff:127.0.0.1]']) {
      const ask = asking(`http://${host}:${port}`, { allowPrivate: false });
      expect(await faultOf(ask())).toMatchObject({ kind: 'connection', code: 'PrivateAddress' });
    }
  });

  it('refuses a certificate that nobody vouches for', async () => {
    const port = await listening(
      createTls({ key: pem('key'), cert: pem('cert') }, (_, response) => response.end('{}')),
    );
    const fault = await faultOf(asking(`https://localhost:${port}`)());
    expect(fault).toMatchObject({ kind: 'connection', code: 'CertificateRefused' });
    expect(fault.detail).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('knows that nothing was written where nobody listens', async () => {
    const fault = await faultOf(asking('http://127.0.0.1:1')({ method: 'POST', writes: true }));
    expect(fault).toMatchObject({ kind: 'transient', code: 'Unreachable' });
  });

  it('does not know what was written where no answer came in time', async () => {
    const ask = await answering(() => undefined);
    expect(await faultOf(ask({ method: 'POST', writes: true }))).toMatchObject({ kind: 'doubt', code: 'TimedOut' });
    expect(await faultOf(ask())).toMatchObject({ kind: 'transient', code: 'TimedOut' });
  });

  it('does not wait for an answer without end', async () => {
    const ask = await answering((_, response) => {
      const chunk = Buffer.alloc(1_048_576, 32);
      const more = (): void => void (response.destroyed || response.write(chunk, more));
      response.writeHead(200);
      more();
    });
    const { code } = await faultOf(ask());
    expect(['AnswerTooLarge', 'TimedOut']).toContain(code);
  });

  it('never repeats a secret', async () => {
    const ask = await answering((_, response) => response.writeHead(400).end('"the key s3cret is too short"'));
    expect((await faultOf(ask())).message).toContain('the key … is too short');
  });

  it('is told of without what was filled into its path', async () => {
    const ask = await answering((_, response) => response.writeHead(403).end());
    const fault = await faultOf(ask({ path: '/people/ann', named: '/people/{{value}}' }));
    expect(fault.detail).toMatch(/^GET \/people\/\{\{value\}\} was answered/);
  });

  it('waits as long as it is told', async () => {
    const at = new Date(Date.now() + 60_000).toUTCString();
    const ask = await answering((_, response) => response.writeHead(429, { 'retry-after': at }).end());
    const { retryAfterMs } = await faultOf(ask());
    expect(retryAfterMs).toBeGreaterThan(55_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });
});
