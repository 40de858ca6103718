-- What an event says of where a matter waits, or of how urgent it is: which matters waited in a queue then is found here,
-- without making each of them anew from its events.
create table routing.step (
  tenant text collate "C" not null,
  matter uuid not null,
  position bigint not null,
  -- When it happened.
  at timestamptz not null,
  -- None where the event moves it nowhere.
  state text collate "C",
  team text collate "C",
  -- None where it stays as urgent as it was.
  priority integer,
  primary key (tenant, matter, position)
);
alter table routing.step enable row level security;
alter table routing.step force row level security;
create policy tenant on routing.step using (tenant = current_setting('throughline.tenant', true));
grant select on routing.step to throughline_service;
grant select, insert, update, delete on routing.step to throughline_projector;
