-- What was told in a conversation before it happened, such as a meeting: since when it is a touch is asked on reading.
create table routing.arrangement (
  tenant text collate "C" not null,
  conversation uuid not null,
  at timestamptz not null,
  position bigint not null,
  event uuid not null,
  channel text collate "C" not null,
  primary key (tenant, conversation, at, position)
);
alter table routing.arrangement enable row level security;
alter table routing.arrangement force row level security;
create policy tenant on routing.arrangement using (tenant = current_setting('throughline.tenant', true));
grant select on routing.arrangement to throughline_service;
grant select, insert, update, delete on routing.arrangement to throughline_projector;
