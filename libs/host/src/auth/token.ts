import { Rejection } from '@throughline/decider';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { Busy } from '../problems.ts';
import { actorName, type Caller, tenantName } from './caller.ts';
import { isRole, type Right, rightsOf } from './rights.ts';

/** An OIDC issuer, and where its tokens say what. */
export type Issuer = {
  /** As tokens have it in `iss`. */
  readonly issuer: string;
  /** One of the `aud` of a token. */
  readonly audience: string;
  /** Where its keys are; unless given, its discovery document says so. */
  readonly jwksUrl?: string;
  /** The claim with the tenant, and the one with the roles; `a.b` is b within a. */
  readonly tenantClaim: string;
  readonly rolesClaim: string;
};

/** Whom a token stands for. Rejects with `Unauthenticated`, `Forbidden`, `IssuerUnreachable`. */
export type TokenReader = (token: string) => Promise<Caller & { readonly rights: ReadonlySet<Right> }>;

/** Signed with a private key, all of them: with a shared secret, or none, anybody could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const; // prettier-ignore

/** How far, in seconds, the clocks of issuer and server may be apart. */
export const clockTolerance = 30;

const types = new Set(['jwt', 'at+jwt', 'application/at+jwt']);
const keysFor = 600_000;
const noRefetchFor = 30_000;
const patience = 5_000;

const refused = (why: string): Rejection => new Rejection('Unauthenticated', `The token ${why}.`);
const unreachable = (): Busy => new Busy('The keys of the issuer cannot be had at the moment.', 5, 'IssuerUnreachable');

const discovered = async (issuer: string): Promise<URL> => {
  const at = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(at, { redirect: 'error', signal: AbortSignal.timeout(patience) });
  const told = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (told.issuer !== issuer || typeof told.jwks_uri !== 'string') throw new Error('not the document of this issuer');
  return new URL(told.jwks_uri);
};

/** Keys by `kid`: fetched when first wanted, every 10 minutes, and when a kid is unknown, though not twice within 30 s. */
const keysOf = ({ issuer, jwksUrl }: Issuer, cooldown: number): JWTVerifyGetKey => {
  let known: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  const open = async () => {
    const url = jwksUrl === undefined ? await discovered(issuer) : new URL(jwksUrl);
    return createRemoteJWKSet(url, { cacheMaxAge: keysFor, cooldownDuration: cooldown, timeoutDuration: patience });
  };
  return async (header, token) => {
    try {
      known ??= open();
      const keys = await known.catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw error instanceof errors.JOSENotSupported ? error : unreachable();
    }
  };
};

const claimIn = (payload: JWTPayload, name: string): unknown => {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split('.').reduce<unknown>((at, part) => (isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined), payload); // prettier-ignore
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Roles as a list, or as words with blanks between them as OAuth writes scopes; words that are no role are others' business. */
const rolesIn = (claim: unknown) => (typeof claim === 'string' ? claim.split(' ') : [claim].flat()).filter(isRole);

const inWords = (error: unknown): Rejection => {
  if (error instanceof errors.JWTExpired) return refused('has expired');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(
      error.claim === 'nbf' ? 'is not valid yet, by the clock of this server' : `has no right ${error.claim}`,
    );
  if (error instanceof errors.JOSEAlgNotAllowed) return refused('is signed in a way that is not taken');
  if (error instanceof errors.JWKSNoMatchingKey) return refused('is signed with a key that its issuer does not have');
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused('is not signed by its issuer');
  if (error instanceof errors.JOSEError) return refused('is not a signed JWT');
  throw error;
};

/** Reads the tokens of an issuer: signature, `iss`, `aud`, `exp`, `nbf`, `typ`, then who it is, of which tenant, in which roles. */
export const tokensOf = (of: Issuer, cooldown = noRefetchFor): TokenReader => {
  const key = keysOf(of, cooldown);
  const checks = {
    issuer: of.issuer,
    audience: of.audience,
    algorithms: [...algorithms],
    clockTolerance,
    requiredClaims: ['sub', 'exp'],
  };
  return async (token) => {
    const { payload, protectedHeader } = await jwtVerify(token, key, checks).catch((error: unknown) => {
      throw error instanceof Rejection ? error : inWords(error);
    });
    const { typ } = protectedHeader;
    if (typ !== undefined && !types.has(typ.toLowerCase())) throw refused('is of a type that is not taken');
    const { sub: actor = '' } = payload;
    if (!actorName.test(actor)) throw refused('has a sub that is not 1 to 256 printable ASCII characters');
    const tenant = claimIn(payload, of.tenantClaim);
    if (typeof tenant !== 'string' || !tenantName.test(tenant))
      throw new Rejection('Forbidden', `The token names no tenant: its claim ${of.tenantClaim} is none.`);
    return { tenant, actor, rights: rightsOf(rolesIn(claimIn(payload, of.rolesClaim)), tenant) };
  };
};
