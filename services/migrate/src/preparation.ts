import type { Fault } from '@throughline/decider';
import { InvalidSettings } from '@throughline/host';
import { type PerRole, type Role, roleNames } from '@throughline/postgres';

/** What the roles and their database are made from. */
export type Preparation = { readonly database: string; readonly passwords: PerRole };

/** By which variable each role's URL is given: those of the services' and of the projectors' role as services are given them. */
export type RoleUrls = {
  readonly DATABASE_URL: string;
  readonly SERVICE_URL?: string;
  readonly PROJECTOR_URL?: string;
};

const variables = { owner: 'DATABASE_URL', service: 'SERVICE_URL', projector: 'PROJECTOR_URL' } as const;
const roles = ['owner', 'service', 'projector'] as const satisfies readonly Role[];

const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

/** Reads from the URLs of the roles how they are to be made. Throws `InvalidSettings` with everything that keeps them from it. */
export const preparation = (urls: RoleUrls): Preparation => {
  const database = databaseOf(urls.DATABASE_URL);
  const faults = roles.flatMap((role) => faultsOf(role, urls[variables[role]], database));
  if (faults.length > 0) throw new InvalidSettings(faults);
  const passwordOf = (role: Role) => decodeURIComponent(new URL(urls[variables[role]]!).password);
  return {
    database,
    passwords: { owner: passwordOf('owner'), service: passwordOf('service'), projector: passwordOf('projector') },
  };
};

const faultsOf = (role: Role, text: string | undefined, database: string): Fault[] => {
  const fault = (reason: string): Fault => ({ pointer: `/${variables[role]}`, reason });
  if (text === undefined) return [fault('is missing: with SUPERUSER_URL it says which password the role is to have')];
  const { username, password } = new URL(text);
  return [
    ...(username === roleNames[role] ? [] : [fault(`does not name the role ${roleNames[role]}`)]),
    ...(password === '' ? [fault('has no password')] : []),
    ...(database !== '' && databaseOf(text) === database ? [] : [fault('does not name the database of DATABASE_URL')]),
  ];
};
