-- People who are to be forgotten, and were. No address and no name stands here: ids are keyed hashes.
create table capture.erasure (
  tenant text collate "C" not null,
  -- The id of the event that began it.
  erasure uuid not null,
  customer uuid not null,
  subjects uuid[] not null,
  keys json not null,
  position bigint not null,
  erased_at timestamptz not null,
  completed_at timestamptz,
  certificate json,
  primary key (tenant, erasure)
);
create index erasure_position on capture.erasure (tenant, position);
create index erasure_subjects on capture.erasure using gin (subjects);
create index erasure_open on capture.erasure (position) where completed_at is null;

-- How far it is with those that are not complete: no part of the projection, which is made anew without it.
create table capture.erasing (
  tenant text collate "C" not null,
  erasure uuid not null,
  keys_destroyed_at timestamptz not null,
  mails integer not null default 0,
  items integer not null default 0,
  primary key (tenant, erasure)
);

do $$
declare name regclass;
begin
  foreach name in array array['capture.erasure', 'capture.erasing']::regclass[]
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant = current_setting(''throughline.tenant'', true))', name);
  end loop;
end $$;

grant select on capture.erasure to throughline_service;
grant select, insert, update, delete on capture.erasure to throughline_projector;
grant select, insert, update on capture.erasing to throughline_service;
