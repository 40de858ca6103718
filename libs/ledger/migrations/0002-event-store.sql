-- For a ledger in EventStoreDB: what it cannot look up itself. An id is reserved here before its event is appended, and
-- afterwards it is known where the event is. All of it can be made again from the events.
create table ledger.event_store_fact (
  event_id uuid primary key,
  tenant text collate "C" not null,
  stream text collate "C" not null,
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  -- Where it is, once that is known: the commit position, and the version in its stream.
  position bigint,
  version integer,
  -- Who reserved it, and the version that the stream had then: what is appended comes right after that, or never.
  token uuid not null,
  after_version integer not null
);
create index event_store_fact_position on ledger.event_store_fact (position) where position is not null;

create table ledger.event_store_destroyed_key (
  tenant text collate "C" not null,
  key text collate "C" not null,
  -- The command that destroys it; several may.
  token uuid not null,
  primary key (key, tenant, token)
);

-- Only the role that reads the ledger of all tenants works with them.
alter table ledger.event_store_fact enable row level security;
alter table ledger.event_store_fact force row level security;
alter table ledger.event_store_destroyed_key enable row level security;
alter table ledger.event_store_destroyed_key force row level security;
grant select, insert, update, delete on ledger.event_store_fact to throughline_projector;
grant select, insert, delete on ledger.event_store_destroyed_key to throughline_projector;
