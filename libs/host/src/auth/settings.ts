import { z } from 'zod';
import { isLoopback } from '../loopback.ts';
import { tlsFaults, tlsSettings } from './tls.ts';
import type { Issuer } from './token.ts';

const httpsUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && isSafe(new URL(text)),
    'is not a URL that begins with https: (http: on this machine alone)',
  )
  .optional();

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')));

/** The settings of who may call, and how it is kept secret; the same in every process. */
export const authSettings = {
  AUTH: z.enum(['off', 'on']).default('off'),
  OIDC_ISSUER: httpsUrl,
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_JWKS_URL: httpsUrl,
  OIDC_TENANT_CLAIM: z.string().default('tenant'),
  OIDC_ROLES_CLAIM: z.string().default('roles'),
  BOOTSTRAP_KEY_FILE: z.string().optional(),
  ...tlsSettings,
};

const shape = z.object(authSettings);
/** As they are read. */
export type AuthSettings = z.output<typeof shape>;

const faults = (given: AuthSettings): [name: string, reason: string][] => {
  const { AUTH, OIDC_ISSUER, OIDC_AUDIENCE, OIDC_JWKS_URL, BOOTSTRAP_KEY_FILE } = given;
  const idle = Object.entries({ OIDC_ISSUER, OIDC_AUDIENCE, OIDC_JWKS_URL, BOOTSTRAP_KEY_FILE });
  const beside = (name: string) => [name, 'is missing beside OIDC_ISSUER'] as [string, string];
  return [
    ...(AUTH === 'on' || idle.every(([, value]) => value === undefined)
      ? []
      : idle.flatMap(([name, value]): [string, string][] => value === undefined ? [] : [[name, 'does nothing while AUTH is off: set AUTH=on']])), // prettier-ignore
    ...(OIDC_ISSUER !== undefined && OIDC_AUDIENCE === undefined ? [beside('OIDC_AUDIENCE')] : []),
    ...(OIDC_ISSUER === undefined && OIDC_JWKS_URL !== undefined
      ? [['OIDC_ISSUER', 'is missing beside OIDC_JWKS_URL'] as [string, string]]
      : []),
    ...tlsFaults(given),
  ];
};

/** A shape with the settings of authentication, held against one another as well. */
export const withAuth = <Shape extends z.ZodRawShape>(others: Shape) =>
  z.object({ ...others, ...authSettings }).superRefine((given, context) => {
    for (const [name, message] of faults(given as unknown as AuthSettings))
      context.addIssue({ code: 'custom', path: [name], message });
  });

/** The issuer as it is set; undefined where none is. */
export const issuerOf = (given: Partial<AuthSettings>): Issuer | undefined =>
  given.OIDC_ISSUER !== undefined && given.OIDC_AUDIENCE !== undefined
    ? {
        issuer: given.OIDC_ISSUER,
        audience: given.OIDC_AUDIENCE,
        jwksUrl: given.OIDC_JWKS_URL,
        tenantClaim: given.OIDC_TENANT_CLAIM ?? 'tenant',
        rolesClaim: given.OIDC_ROLES_CLAIM ?? 'roles',
      }
    : undefined;
