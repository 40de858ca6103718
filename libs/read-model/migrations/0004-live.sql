-- Which version of a projection its tables hold. Rows of another version are made beside them, and change places with them.
create table read_model.live (
  projection text primary key,
  version integer not null
);
insert into read_model.live select projection, max(version) from read_model.checkpoint group by projection;
grant select on read_model.live to throughline_service;
grant select, insert, update, delete on read_model.live to throughline_projector;

-- Whether it goes live by itself as soon as it has caught up: what a newer build of the product makes, once.
alter table read_model.rebuild add column by_itself boolean not null default false;
