import { isIPv4 } from 'node:net';
import { Rejection } from '@throughline/decider';

/** Whether a host name or address (without brackets and port) is this machine and no other. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** A host as it stands in a URL: an IPv6 address in brackets. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The URL of an HTTP server: `http://127.0.0.1:3000`, `https://[::1]:3000` over TLS. */
export const httpAt = (host: string, port: number, isSecure = false): string =>
  `${isSecure ? 'https' : 'http'}://${bracketed(host)}:${port}`;

/** The start is refused: the text says what is wrong and what to set. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** Without authentication everybody who reaches the port reads everything: throws {@link CannotStart} unless it is loopback. */
export const mustBeLoopback = (host: string, variable: string): void => {
  if (isLoopback(host)) return;
  throw new CannotStart(
    `${variable} is ${host}, which other machines may reach, and there is no authentication: AUTH is off. ` +
      'Set it to 127.0.0.1, ::1 or localhost, or set AUTH=on (docs/auth.md).',
  );
};

const hostOf = (authority: string): string => {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(authority);
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
};

/** The headers by which a browser gives away whose page asks. */
export type Browsed = {
  readonly method: string;
  readonly host?: string;
  readonly origin?: string;
  readonly site?: string;
};

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

const isForeign = ({ host, origin, site }: Browsed): boolean => {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
};

/**
 * Why a request is refused as long as loopback stands in for authentication: a page elsewhere reached us under its own
 * name (DNS rebinding), or makes the browser of somebody on this machine write (CSRF). Undefined where it may go on.
 */
export const refusalOf = (request: Browsed): Rejection | undefined => {
  if (!isLoopback(hostOf(request.host ?? '')))
    return new Rejection('ForeignHost', 'The header Host names another server. Use 127.0.0.1 or localhost.');
  if (!reads.has(request.method) && isForeign(request))
    return new Rejection('CrossOrigin', 'A web page of another origin may not write here (Origin, Sec-Fetch-Site).');
  return undefined;
};
