-- By these the relay finds out that the ledger was restored to an earlier time, and where what it has in common with the
-- topic ends. A relay older than them leaves them as they are, so they count only where the mark begins with the position.
alter table feed.relay
  -- The event at the position, in one word that begins with it.
  add column mark text,
  -- The forks that the topic has events of, in order: the position that each went on from, and its name.
  add column forks text[] not null default '{}';
