-- What one at a time may do: who does it, until when by this server's clock, and the how manieth in a row that is.
create table feed.lease (
  name text primary key,
  holder text not null,
  -- Grows whenever the lease changes hands.
  term integer not null,
  until timestamptz not null
);

-- How far the ledger is relayed to a topic.
create table feed.relay (
  topic text primary key,
  -- Decides in which partition a stream lies; with another number it would lie in another.
  partitions integer not null check (partitions > 0),
  -- Everything up to here is in the topic.
  relayed bigint not null default 0,
  -- The position that each partition ends with, the partition 0 first.
  tails bigint[] not null check (cardinality(tails) = partitions),
  -- Under which term of the lease this was written. Who holds an earlier one can write no more.
  term integer not null default 0
);

grant select on feed.relay to throughline_service;
grant select, insert, update on feed.lease, feed.relay to throughline_projector;
