-- How far each projection got. No tenant's data: a projection reads the ledger of all of them.
create table read_model.checkpoint (
  projection text not null,
  version integer not null,
  partition text not null,
  position bigint not null,
  -- Counts commits. A commit that moves nothing (a parked event's return) takes a turn as well.
  turn bigint not null,
  moved_at timestamptz not null,
  primary key (projection, version, partition)
) with (fillfactor = 20);

grant usage on schema read_model to throughline_service, throughline_projector;
grant select on read_model.checkpoint to throughline_service;
grant select, insert, update on read_model.checkpoint to throughline_projector;
