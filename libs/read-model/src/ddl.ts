import { roleNames } from '@throughline/postgres';
import type { Shape } from './table.ts';
import { baseOf } from './types.ts';

/**
 * The SQL that makes a table from its description, for specs (products write their migrations by hand): primary key,
 * row-level security enabled and forced by tenant, and the grants that the projector and the service role need.
 */
export const createTable = ({ name, columns, key }: Shape): string => {
  const [schema] = name.split('.');
  const lines = Object.entries(columns).map(
    ([column, type]) => `"${column}" ${baseOf(type)}${type.endsWith('?') ? '' : ' not null'}`,
  );
  return `create schema if not exists ${schema};
create table ${name} (${lines.join(', ')}, primary key (${key.join(', ')}));
alter table ${name} enable row level security;
alter table ${name} force row level security;
create policy tenant on ${name} using (tenant = current_setting('throughline.tenant', true));
grant usage on schema ${schema} to ${roleNames.service}, ${roleNames.projector};
grant select on ${name} to ${roleNames.service};
grant select, insert, update, delete on ${name} to ${roleNames.projector};`;
};
