-- Events that a consumer could not apply, and the later ones of their streams. Data and meta as bytes: exactly what came.
create table feed.parked (
  consumer text not null,
  partition text not null,
  tenant text not null,
  stream text not null,
  position bigint not null,
  version integer not null,
  event_id uuid not null,
  type text not null,
  occurred_at text not null,
  recorded_at text not null,
  data bytea not null,
  meta bytea not null,
  error text,
  attempts integer not null,
  since timestamptz not null default now(),
  -- Somebody asked for another try.
  wanted_at timestamptz,
  -- Somebody gave it up; the row stays as the record.
  dropped_at timestamptz,
  dropped_by text,
  drop_reason text,
  primary key (consumer, position),
  check ((dropped_at is null) = (dropped_by is null) and (dropped_at is null) = (drop_reason is null))
);
create index parked_stream on feed.parked (consumer, tenant, stream, position) where dropped_at is null;
create index parked_tenant on feed.parked (tenant, position, consumer) where dropped_at is null;

alter table feed.parked enable row level security;
alter table feed.parked force row level security;
create policy tenant on feed.parked using (tenant = current_setting('throughline.tenant', true));

grant usage on schema feed to throughline_service, throughline_projector;
grant select, update (wanted_at, dropped_at, dropped_by, drop_reason) on feed.parked to throughline_service;
grant select, insert, update, delete on feed.parked to throughline_projector;
