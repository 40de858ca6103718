-- Who may call, and who opened what. No key stands here: only its SHA-256.
create table access.api_key (
  tenant text collate "C" not null,
  id uuid not null,
  name text collate "C" not null,
  digest bytea not null unique check (length(digest) = 32),
  roles text[] collate "C" not null,
  created_at timestamptz not null default now(),
  created_by text collate "C" not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text collate "C",
  -- To the minute.
  last_used_at timestamptz,
  primary key (tenant, id),
  -- It is who its bearer is, in events and in the audit: never given again.
  unique (tenant, name),
  check ((revoked_at is null) = (revoked_by is null))
);

-- What was opened in bulk, a row each. Its count is raised before what it counts is sent.
create table access.audit (
  tenant text collate "C" not null,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  actor text collate "C" not null,
  what text collate "C" not null,
  detail json not null,
  count bigint not null default 0,
  ended_at timestamptz,
  primary key (tenant, id)
);

grant usage on schema access to throughline_service, throughline_projector;

do $$
declare name regclass;
begin
  foreach name in array array['access.api_key', 'access.audit']::regclass[]
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant = current_setting(''throughline.tenant'', true))', name);
  end loop;
end $$;

grant select, insert, update (revoked_at, revoked_by) on access.api_key to throughline_service;
grant select, insert, update (count, ended_at) on access.audit to throughline_service;
-- Whose a key is, is not known before it is found.
grant select, update (last_used_at) on access.api_key to throughline_projector;
