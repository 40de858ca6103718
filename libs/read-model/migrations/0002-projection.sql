-- What each projection writes, by its own description: so that a digest of its rows can be had from any process.
create table read_model.projection (
  projection text not null,
  version integer not null,
  tables jsonb not null,
  primary key (projection, version)
);
grant select on read_model.projection to throughline_service;
grant select, insert, update on read_model.projection to throughline_projector;
