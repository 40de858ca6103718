import pg from 'pg';
import { newPassword, verifierOf } from './scram.ts';

/** The three login roles: `owner` for migrations, `service` for services, `projector` for projectors. */
export type Role = 'owner' | 'service' | 'projector';

/** One value per role. */
export type PerRole = Record<Role, string>;

/** The names of the roles on the server; migrations grant to them. */
export const roleNames = {
  owner: 'throughline_owner',
  service: 'throughline_service',
  projector: 'throughline_projector',
} as const satisfies PerRole;

const roles = ['owner', 'service', 'projector'] as const;
const rights: PerRole = { owner: 'nobypassrls', service: 'nobypassrls', projector: 'bypassrls' };

/**
 * The statements that make the roles and a database for them, for whoever prepares a server by hand: to be run in
 * order as superuser, outside a transaction. Passwords are not part of them: give those with `\password`.
 */
export function roleStatements(database: string): string[] {
  return [...roles.map(makeRole), makeDatabase(database), ...grants(database)];
}

/**
 * Makes the roles and the database where they are missing, and gives the roles their passwords. Safe to run again and
 * from many processes at once. Roles belong to the whole server: pass the `passwords` of the first run, else new ones
 * replace them.
 *
 * @returns a URL per role for that database, and the passwords for the caller to keep
 */
export async function prepareRoles(
  superuserUrl: string,
  { database, passwords = newPasswords() }: { database: string; passwords?: PerRole },
): Promise<PerRole & { passwords: PerRole }> {
  const client = new pg.Client({ connectionString: superuserUrl, application_name: 'throughline roles' });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('throughline roles'))`);
    await client.query(roles.flatMap((role) => [makeRole(role), setPassword(role, passwords[role])]).join(';\n'));
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (!rowCount) await client.query(makeDatabase(database));
    await client.query(grants(database).join(';\n'));
  } finally {
    await client.end();
  }
  const at = (role: Role) => urlOf(superuserUrl, database, roleNames[role], passwords[role]);
  return { owner: at('owner'), service: at('service'), projector: at('projector'), passwords };
}

/**
 * What {@link prepareRoles} would make, looked up as superuser: the roles that are missing, and whether the database is
 * there already, as that superuser's URL.
 */
export async function unprepared(
  superuserUrl: string,
  database: string,
): Promise<{ roles: string[]; database: string | undefined }> {
  const client = new pg.Client({ connectionString: superuserUrl, application_name: 'throughline roles' });
  await client.connect();
  try {
    const { rows } = await client.query<{ role: string }>(
      'select role from unnest($1::text[]) role where to_regrole(role) is null',
      [roles.map((role) => roleNames[role])],
    );
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    return {
      roles: rows.map(({ role }) => role),
      database: rowCount ? inside(superuserUrl, database).href : undefined,
    };
  } finally {
    await client.end();
  }
}

const newPasswords = (): PerRole => ({ owner: newPassword(), service: newPassword(), projector: newPassword() });
const name = (identifier: string): string => pg.escapeIdentifier(identifier);

const makeRole = (role: Role): string => `do $$ begin
  if to_regrole('${roleNames[role]}') is null then create role ${roleNames[role]}; end if;
end $$;
alter role ${roleNames[role]} login nosuperuser nocreatedb nocreaterole ${rights[role]}`;

const setPassword = (role: Role, password: string): string =>
  `alter role ${roleNames[role]} password '${verifierOf(password)}'`;

const makeDatabase = (database: string): string => `create database ${name(database)} owner ${roleNames.owner}`;

const grants = (database: string): string[] => [
  `revoke all on database ${name(database)} from public`,
  `grant connect on database ${name(database)} to ${roleNames.service}, ${roleNames.projector}`,
];

function inside(server: string, database: string): URL {
  const url = new URL(server);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url;
}

function urlOf(superuserUrl: string, database: string, user: string, password: string): string {
  const url = inside(superuserUrl, database);
  url.username = user;
  url.password = password;
  return url.href;
}
