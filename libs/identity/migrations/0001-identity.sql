-- Who is who. Made by one projection, in the ledger's order, and from nothing but the ledger: no address and no name
-- stands here, only keyed ids.
-- Texts compare bytewise: the same order on every machine, and the cheapest.

create table identity.handle (
  tenant text collate "C" not null,
  handle uuid not null,
  first_position bigint not null,
  is_customer boolean not null,
  customer uuid,
  -- Of the event since which this is so.
  position bigint not null,
  primary key (tenant, handle)
) with (fillfactor = 80);
create index handle_customer on identity.handle (tenant, customer, first_position, handle) where customer is not null;
create index handle_root on identity.handle (tenant, first_position, handle) where customer = handle;

-- What handles were from one position on until another.
create table identity.past_handle (
  tenant text collate "C" not null,
  handle uuid not null,
  first_position bigint not null,
  is_customer boolean not null,
  customer uuid,
  erased boolean not null,
  position bigint not null,
  to_position bigint not null,
  primary key (tenant, handle, position)
);
create index past_handle_customer on identity.past_handle (tenant, customer) where customer is not null;

create table identity.link (
  tenant text collate "C" not null,
  a uuid not null,
  b uuid not null,
  link uuid not null,
  rule text collate "C" not null,
  state text collate "C" not null,
  confidence integer,
  evidence uuid[] not null,
  position bigint not null,
  primary key (tenant, a, b)
) with (fillfactor = 80);
create index link_b on identity.link (tenant, b);
create index link_link on identity.link (tenant, link);
create index link_state on identity.link (tenant, state, position) where state in ('proposed', 'held');

create table identity.past_link (
  tenant text collate "C" not null,
  a uuid not null,
  b uuid not null,
  link uuid not null,
  rule text collate "C" not null,
  state text collate "C" not null,
  confidence integer,
  evidence uuid[] not null,
  position bigint not null,
  to_position bigint not null,
  primary key (tenant, a, b, position)
);
create index past_link_b on identity.past_link (tenant, b);

grant usage on schema identity to throughline_service, throughline_projector;

do $$
declare name regclass;
begin
  foreach name in array array['identity.handle', 'identity.past_handle', 'identity.link', 'identity.past_link']::regclass[]
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant = current_setting(''throughline.tenant'', true))', name);
    execute format('grant select on %s to throughline_service', name);
    execute format('grant select, insert, update, delete on %s to throughline_projector', name);
  end loop;
end $$;
