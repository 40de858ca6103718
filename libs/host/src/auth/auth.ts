import { Rejection } from '@throughline/decider';
import { type CallSource, declaredIn, headerOf, type Identity, remember, remembered } from './caller.ts';
import { digestOf, isKey, isMeantAsKey, type KeyFinder } from './key.ts';
import type { TokenReader } from './token.ts';

/** How callers prove who they are; each may be missing. */
export type Auth = {
  /** Reads the tokens of an OIDC issuer. */
  readonly tokens?: TokenReader;
  /** Finds API keys. */
  readonly keys?: KeyFinder;
};

/** Finds out who a call is from, once. Rejects with `Unauthenticated`, `Forbidden`, `IssuerUnreachable`. */
export type Identify = (source: CallSource) => Promise<Identity>;

const unauthenticated = (detail: string): Rejection => new Rejection('Unauthenticated', detail);

const bearerOf = (source: CallSource): string => {
  const header = headerOf(source, 'authorization');
  if (header === undefined)
    throw unauthenticated('Say who you are: the header authorization with `Bearer`, and a token or an API key.');
  const [, bearer] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  if (bearer === undefined)
    throw unauthenticated('The header authorization is not `Bearer` and a token or an API key.');
  return bearer;
};

const byKey = async (keys: KeyFinder | undefined, key: string): Promise<Identity> => {
  if (!isKey(key)) throw unauthenticated('The API key is mistyped or cut: it is tl_ and 43 more characters.');
  const found = await keys?.(digestOf(key));
  if (!found) throw unauthenticated('The API key is not known here, or it was revoked, or it has expired.');
  return { ...found, isKnown: true };
};

const byToken = async (tokens: TokenReader | undefined, token: string): Promise<Identity> => {
  if (!tokens) throw unauthenticated('Tokens are not taken here, as no OIDC_ISSUER is set; API keys are.');
  return { ...(await tokens(token)), isKnown: true };
};

/** The one way in, for REST, server-sent events and gRPC alike; without `auth` everybody is who they say. */
export const identifying = (auth: Auth | undefined): Identify => {
  const known = async (source: CallSource, { keys, tokens }: Auth): Promise<Identity> => {
    const bearer = bearerOf(source);
    const identity = await (isMeantAsKey(bearer) ? byKey(keys, bearer) : byToken(tokens, bearer));
    const wanted = headerOf(source, 'x-tenant');
    if (wanted !== undefined && wanted !== identity.tenant)
      throw new Rejection(
        'Forbidden',
        `Your token or key is of the tenant ${identity.tenant}, and good for no other.`,
        [{ pointer: '/x-tenant', reason: `is not ${identity.tenant}` }],
      );
    return identity;
  };
  return async (source) =>
    remembered(source) ?? remember(source, auth ? await known(source, auth) : declaredIn(source));
};
