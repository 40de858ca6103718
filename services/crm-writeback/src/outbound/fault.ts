/**
 * What a failed call comes to.
 * `transient` nothing was written; the same may succeed later.
 * `doubt` whether it was written is not known: it has to be looked for before it is written again.
 * `rejected` the CRM says no to what was sent; the same again comes to the same.
 * `gone` what the call was about is not there (any more).
 * `connection` every call would fail like this one until a person sets the connection right.
 */
export type FaultKind = 'transient' | 'doubt' | 'rejected' | 'gone' | 'connection';

/** A call to a CRM that failed. `code` is for programs; `detail` may quote what the CRM said, and so somebody's words. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly kind: FaultKind,
    readonly code: string,
    readonly detail: string,
    /** How long the CRM wants to be left alone, in milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** Whether the call was to change something in the CRM: only then can its fate be in doubt. */
type Call = { readonly method: string; readonly path: string; readonly writes: boolean };

const named = ({ method, path }: Call): string => `${method} ${path.replace(/[?#].*$/, '')}`;

// What is told of a connection stands there in clear: nobody's address and no id of theirs is part of it.
const namingNobody = (call: Call): string => named(call).replace(/\/[^/]*[\d%@][^/]*/g, '/…');

const tlsCodes =
  /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|EPROTO$|HOSTNAME_MISMATCH)/;

// Before a connection stands, nothing can have been written.
const unsent = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]); // prettier-ignore

const unsentWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing accepts connections there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
};

const late = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT', 'TimeoutError', 'AbortError']);

type Coded = { code?: unknown; name?: unknown; cause?: unknown; errors?: unknown };

const codesOf = (error: unknown): string[] => {
  if (typeof error !== 'object' || error === null) return [];
  const { code, name, cause, errors } = error as Coded;
  const own = [code, name].filter((one) => typeof one === 'string');
  return [...own, ...(Array.isArray(errors) ? errors.flatMap(codesOf) : []), ...codesOf(cause)];
};

/** What it means that no answer came: sorted by whether the request can have been worked on. */
export const faultOfError = (call: Call, error: unknown): Fault => {
  if (error instanceof Fault) return error;
  const codes = codesOf(error);
  const told = `${named(call)}: ${codes[0] ?? String(error)}`;
  const tls = codes.find((code) => tlsCodes.test(code));
  if (tls) return new Fault('connection', 'CertificateRefused', `The server's certificate is not accepted (${tls}).`);
  const before = codes.find((code) => unsent.has(code));
  if (before) {
    const why = unsentWords[before] ?? 'there is no way to it';
    return new Fault('transient', 'Unreachable', `It cannot be reached: ${why} (${before}).`);
  }
  const code = codes.some((one) => late.has(one))
    ? 'TimedOut'
    : codes.includes('UND_ERR_RES_EXCEEDED_MAX_SIZE')
      ? 'AnswerTooLarge'
      : 'ConnectionLost';
  return new Fault(call.writes ? 'doubt' : 'transient', code, told);
};

const longestWait = 24 * 3_600_000;

/** A `Retry-After` header in milliseconds from `now`: seconds, or a date; at most a day. */
export const retryAfterOf = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), longestWait);
};

/** An answer that is no success. `said` is what the CRM wrote. */
export type Refusal = {
  readonly status: number;
  readonly said: string;
  readonly location?: string;
  readonly retryAfterMs?: number;
};

const siteOf = (location: string | undefined): string =>
  location !== undefined && URL.canParse(location) ? new URL(location).host : 'another address';

/** What it means that a CRM answered with this status. What is told of a connection repeats nothing that the CRM wrote. */
export const faultOfStatus = (call: Call, { status, said, location, retryAfterMs }: Refusal): Fault => {
  const told = `${named(call)} was answered with ${status}`;
  const refused = `${namingNobody(call)} was answered with ${status}`;
  const quoted = said === '' ? `${told}.` : `${told}: ${said}`;
  if (status >= 300 && status < 400)
    return new Fault(
      'connection',
      'Redirected',
      `${refused}, to ${siteOf(location)}: give the connection that address.`,
    );
  if (status === 401 || status === 407)
    return new Fault('connection', 'CredentialsRefused', `${refused}: the credentials are not accepted.`);
  if (status === 403) return new Fault('connection', 'Forbidden', `${refused}: the credentials do not allow this.`);
  if (status === 404 || status === 410) return new Fault('gone', 'NotFound', quoted);
  if (status === 429) return new Fault('transient', 'Throttled', `${told}.`, retryAfterMs);
  if (status === 408 || status === 425) return new Fault('transient', 'TimedOut', `${told}.`, retryAfterMs);
  if (status === 413) return new Fault('rejected', 'TooLarge', quoted);
  if (status < 500) return new Fault('rejected', 'Invalid', quoted);
  return new Fault(call.writes ? 'doubt' : 'transient', 'ServerError', quoted, retryAfterMs);
};
