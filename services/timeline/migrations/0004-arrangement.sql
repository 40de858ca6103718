-- What was told before it happened, such as a meeting: since when it counts as what happened last is asked on reading.
create table timeline.arrangement_of_handle (
  tenant text collate "C" not null,
  handle uuid not null,
  occurred_at timestamptz not null,
  position bigint not null,
  event uuid not null,
  channel text collate "C" not null,
  recorded_at timestamptz not null,
  primary key (tenant, handle, occurred_at, position)
);
create index arrangement_of_handle_at on timeline.arrangement_of_handle (tenant, occurred_at, handle);

create table timeline.arrangement_of_account (
  tenant text collate "C" not null,
  account uuid not null,
  occurred_at timestamptz not null,
  position bigint not null,
  event uuid not null,
  channel text collate "C" not null,
  recorded_at timestamptz not null,
  primary key (tenant, account, occurred_at, position)
);
create index arrangement_of_account_at on timeline.arrangement_of_account (tenant, occurred_at, account);

-- 0 where all that is known had not happened when it was told: last_at is then when that was.
alter table timeline.contact add column happened integer not null default 1;
alter table timeline.account add column happened integer not null default 1;

do $$
declare name regclass;
begin
  foreach name in array array['timeline.arrangement_of_handle', 'timeline.arrangement_of_account']::regclass[]
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant = current_setting(''throughline.tenant'', true))', name);
    execute format('grant select on %s to throughline_service', name);
    execute format('grant select, insert, update, delete on %s to throughline_projector', name);
  end loop;
end $$;
