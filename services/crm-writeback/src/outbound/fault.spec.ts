import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublic } from './address.ts';
import { faultOfError, faultOfStatus, retryAfterOf } from './fault.ts';

const write = { method: 'POST', path: '/v1/tasks?key=s', writes: true };
const read = { ...write, method: 'GET', writes: false };

describe('an answer', () => {
  it.each([
    [301, 'connection', 'Redirected'],
    [400, 'rejected', 'Invalid'],
    [401, 'connection', 'CredentialsRefused'],
    [403, 'connection', 'Forbidden'],
    [404, 'gone', 'NotFound'],
    [408, 'transient', 'TimedOut'],
    [409, 'rejected', 'Invalid'],
    [410, 'gone', 'NotFound'],
    [413, 'rejected', 'TooLarge'],
    [422, 'rejected', 'Invalid'],
    [425, 'transient', 'TimedOut'],
    [429, 'transient', 'Throttled'],
    [500, 'doubt', 'ServerError'],
    [503, 'doubt', 'ServerError'],
  ])('of %d to a write is %s: %s', (status, kind, code) =>
    expect(faultOfStatus(write, { status, said: '' })).toMatchObject({ kind, code }),
  );
  it('of 500 to a read leaves no doubt', () =>
    expect(faultOfStatus(read, { status: 500, said: '' })).toMatchObject({ kind: 'transient' }));
  it('is told without the query, in which a key may stand', () =>
    expect(faultOfStatus(write, { status: 400, said: 'no' }).detail).toBe('POST /v1/tasks was answered with 400: no'));
  // It stands in clear at the connection, for as long as nobody sets it right.
  it.each([301, 401, 403])('of %d names nobody whom it was asked about', (status) =>
    expect(
      faultOfStatus({ ...read, path: '/people/email%3Aann%40example.com/notes/501' }, { status, said: '' }).detail,
    ).toMatch(/^GET \/people\/…\/notes\/… was answered/),
  );
  it('that concerns the connection repeats nothing of what was said', () =>
    expect(faultOfStatus(write, { status: 401, said: 'key s' }).detail).not.toContain('key s'));
});

describe('no answer', () => {
  const coded = (code: string): Error => Object.assign(new Error('it failed'), { code });
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])('for %s leaves no doubt', (code) =>
    expect(faultOfError(write, coded(code))).toMatchObject({ kind: 'transient', code: 'Unreachable' }),
  );
  it.each([
    ['ENOTFOUND', 'It cannot be reached: its name is not known (ENOTFOUND).'],
    ['ENETUNREACH', 'It cannot be reached: there is no way to it (ENETUNREACH).'],
  ])('for %s is told in words', (code, detail) => expect(faultOfError(write, coded(code))).toMatchObject({ detail }));
  it.each([
    ['ECONNRESET', 'ConnectionLost'],
    ['UND_ERR_SOCKET', 'ConnectionLost'],
    ['UND_ERR_HEADERS_TIMEOUT', 'TimedOut'],
    ['UND_ERR_BODY_TIMEOUT', 'TimedOut'],
  ])('for %s leaves a write in doubt', (code, as) =>
    expect(faultOfError(write, coded(code))).toMatchObject({ kind: 'doubt', code: as }),
  );
  it('for several addresses is told by what they have in common', () =>
    expect(faultOfError(write, new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]))).toMatchObject({
      code: 'Unreachable',
    }));
  it('is told by its cause', () =>
    expect(faultOfError(write, new TypeError('fetch failed', { cause: coded('CERT_HAS_EXPIRED') }))).toMatchObject({
      kind: 'connection',
      code: 'CertificateRefused',
    }));
});

describe('Retry-After', () => {
  const now = Date.parse('2026-05-04T09:30:00Z');
  it.each([
    ['120', 120_000],
    ['Mon, 04 May 2026 09:31:00 GMT', 60_000],
    ['Mon, 04 May 2026 09:29:00 GMT', 0],
    ['9999999', 86_400_000],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (header, ms) => expect(retryAfterOf(header, now)).toBe(ms));
});

describe('an address', () => {
  it.each(['8.8.8.8', '2a00:1450:4001:800::200e'])('%s is public', (address) => expect(isPublic(address)).toBe(true));
  it.each([
    '127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1',
    '255.255.255.255', '::1', '::', 'fe80::1%eth0', 'fc00::1', '::ffff:10.0.0.1', '2002:7f00:1::', 'not an address',
  ])('%s is none of the public internet', (address) => expect(isPublic(address)).toBe(false)); // prettier-ignore
  it('of a private network is never public', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), (a, b) =>
        ['10.', '127.', '192.168.'].forEach((net) =>
          expect(
            isPublic(
              net
                .split('.')
                .filter(Boolean)
                .concat([String(a), String(b), '1'])
                .slice(0, 4)
                .join('.'),
            ),
          ).toBe(false),
        ),
      ),
    ));
});
