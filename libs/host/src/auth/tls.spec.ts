import { request } from 'node:https';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { skipBecause } from '@throughline/testing';
import { pino } from 'pino';
import { certificates, noOpenssl } from '../../test/certificates.ts';
import { CounterModule } from '../../test/counter.controller.ts';
import { CounterClient, counterService } from '../../test/counter.ts';
import { boot, type Booted, InvalidSettings, readSettings, tlsOf, withAuth } from '../index.ts';

const over = skipBecause(noOpenssl);
let on: Awaited<ReturnType<typeof certificates>>;
beforeAll(async () => {
  if (!noOpenssl) on = await certificates();
});

const settings = (env: Record<string, string>) => readSettings(withAuth({}), env);
const faults = (env: Record<string, string>): string[] => {
  try {
    settings(env);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    return error.message.split('\n');
  }
};

describe('the settings of who may call', () => {
  it('are off unless set', () => {
    const plain = settings({});
    expect([plain.AUTH, tlsOf(plain)]).toEqual(['off', undefined]);
  });

  it('are refused with every file that cannot be read, at once', () => {
    const missing = { TLS_CERT: '/none/cert', TLS_KEY: '/none/key', TLS_CLIENT_CA: '/none/ca', AUTH: 'perhaps' };
    expect(faults(missing)).toEqual([
      expect.stringMatching(/^AUTH /),
      'TLS_CERT cannot be read: ENOENT',
      'TLS_KEY cannot be read: ENOENT',
      'TLS_CLIENT_CA cannot be read: ENOENT',
    ]);
  });

  it('are refused where one lacks the other, or does nothing', () => {
    expect(faults({ AUTH: 'on', OIDC_ISSUER: 'https://id.example' })).toEqual(['OIDC_AUDIENCE is missing beside OIDC_ISSUER']); // prettier-ignore
    expect(faults({ OIDC_AUDIENCE: 'us', BOOTSTRAP_KEY_FILE: 'key' })).toEqual([
      'OIDC_AUDIENCE does nothing while AUTH is off: set AUTH=on',
      'BOOTSTRAP_KEY_FILE does nothing while AUTH is off: set AUTH=on',
    ]);
    expect(faults({ AUTH: 'on', OIDC_ISSUER: 'http://id.example' })[0]).toMatch(/^OIDC_ISSUER is not a URL that begins with https:/); // prettier-ignore
  });

  over('are refused where key and certificate are not of one another', () => {
    expect(faults({ TLS_CERT: on.at('server.pem') })).toEqual(['TLS_KEY is missing beside TLS_CERT']);
    expect(faults({ TLS_CERT: on.at('server.pem'), TLS_KEY: on.at('client.key') })).toEqual([
      expect.stringMatching(/^TLS_CERT does not go with TLS_KEY/),
    ]);
    expect(faults({ TLS_CLIENT_CA: on.at('ca.pem') })).toEqual(['TLS_CERT is missing beside TLS_CLIENT_CA']);
  });
});

describe('over TLS', () => {
  const running: Booted[] = [];
  const start = async (env: Record<string, string>): Promise<Booted> => {
    const booted = await boot({
      name: 'test',
      modules: [CounterModule],
      http: { host: '127.0.0.1', port: 0 },
      grpc: { host: '127.0.0.1', port: 0, services: { 'test.v1.Counter': counterService } },
      tenants: { exists: async () => true },
      tls: tlsOf(settings(env)),
      log: pino({ level: 'silent' }),
      drainMs: 1_000,
    });
    running.push(booted);
    return booted;
  };
  afterAll(() => Promise.all(running.map((one) => one.close())));

  const client = () => ({ cert: on.read('client.pem'), key: on.read('client.key') });
  /** The status of an answer, or why there is none. */
  const live = ({ urls }: Booted, more: { cert?: Buffer; key?: Buffer } = {}): Promise<number | string> =>
    new Promise((resolve) => {
      const sent = request(`${urls.http}/health/live`, { ca: on.read('ca.pem'), agent: false, ...more });
      sent.on('response', (response) => resolve(response.resume().statusCode!));
      sent.on('error', ({ message }) => resolve(message)).end();
    });
  const one = ({ urls }: Booted, { cert, key }: { cert?: Buffer; key?: Buffer } = {}): Promise<number> =>
    new Promise((resolve) => {
      const caller = new CounterClient(urls.grpc!, credentials.createSsl(on.read('ca.pem'), key ?? null, cert ?? null));
      caller.one({ to: 7 }, new Metadata(), (error: ServiceError | null) => {
        caller.close();
        resolve(error?.code ?? status.OK);
      });
    });
  const server = () => ({ TLS_CERT: on.at('server.pem'), TLS_KEY: on.at('server.key') });

  over('HTTP and gRPC are served by the certificate', async () => {
    const booted = await start(server());
    expect(booted.urls.http).toMatch(/^https:\/\/127\.0\.0\.1:/);
    expect([await live(booted), await one(booted)]).toEqual([200, status.OK]);
    await expect(fetch(booted.urls.http.replace('https', 'http'))).rejects.toThrow();
  });

  over('whoever has no certificate of the authority is not served where one is asked for', async () => {
    const booted = await start({ ...server(), TLS_CLIENT_CA: on.at('ca.pem') });
    expect([await live(booted, client()), await one(booted, client())]).toEqual([200, status.OK]);
    expect([await live(booted), await one(booted)]).toEqual([expect.any(String), status.UNAVAILABLE]);
  });
});
