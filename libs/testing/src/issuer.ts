import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a token says, beside what every token of the issuer says. */
export type Claims = Readonly<Record<string, unknown>>;

/** How a token is made where it is not as it should be. */
export type Forged = {
  readonly alg?: 'ES256' | 'HS256' | 'none';
  readonly kid?: string;
  readonly typ?: string | null;
  /** Signed with this instead of the issuer's newest key. */
  readonly key?: KeyObject;
};

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const pair = () => ({ kid: randomUUID(), ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) });

/** The audience of its tokens. */
export const audience = 'throughline';

/**
 * An OIDC issuer for specs, on loopback: its discovery document, its keys, and tokens by `node:crypto` alone, so that
 * they are no product of the library that reads them.
 */
export const issuer = async () => {
  let pairs = [pair()];
  const asked = { keys: 0 };
  const server = createServer((request, response) => {
    if (request.url === '/jwks') asked.keys += 1;
    const keys = pairs.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' })); // prettier-ignore
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/jwks' ? { keys } : { issuer: url, jwks_uri: `${url}/jwks` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const signed = (text: string, { alg = 'ES256', key }: Forged): string => {
    if (alg === 'none') return '';
    const newest = pairs.at(-1)!;
    if (alg === 'HS256')
      return createHmac('sha256', newest.publicKey.export({ format: 'pem', type: 'spki' })).update(text).digest('base64url'); // prettier-ignore
    const using = { key: key ?? newest.privateKey, dsaEncoding: 'ieee-p1363' as const };
    return sign('sha256', Buffer.from(text), using).toString('base64url');
  };

  return {
    url,
    asked,
    /** A token for an hour, of the tenant `default` unless its claims say otherwise; a claim that is undefined is left out. */
    token: (claims: Claims = {}, forged: Forged = {}): string => {
      const now = Math.floor(Date.now() / 1_000);
      const payload = { iss: url, aud: audience, sub: 'ann', tenant: 'default', iat: now, exp: now + 3_600, ...claims };
      const { alg = 'ES256', kid = pairs.at(-1)!.kid, typ = 'at+jwt' } = forged;
      const text = `${encoded({ alg, kid, ...(typ !== null && { typ }) })}.${encoded(payload)}`;
      return `${text}.${signed(text, forged)}`;
    },
    /** From now on it signs with a new key; the ones before are still published, or not. */
    rotate: ({ keep = true } = {}): void => {
      pairs = [...(keep ? pairs : []), pair()];
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** An issuer that runs. */
export type TestIssuer = Awaited<ReturnType<typeof issuer>>;
