-- What capture keeps beside the ledger. Texts compare bytewise: the same order on every machine, and the cheapest.
-- Nothing personal stands here in clear: addresses and bytes are sealed, ids are keyed.

-- A directory, not data of a tenant: whoever calls may know which tenants there are.
create table capture.tenant (
  tenant text collate "C" primary key,
  created_at timestamptz not null default now(),
  created_by text collate "C" not null
);
insert into capture.tenant (tenant, created_by) values ('default', 'throughline');

-- Which addresses and domains are ours.
create table capture.own_address (
  tenant text collate "C" not null,
  -- The keyed id of what is sealed.
  id uuid not null,
  keys text[] collate "C" not null,
  sealed bytea not null,
  -- Found in imported mails, not told by a person.
  found boolean not null,
  created_at timestamptz not null default now(),
  primary key (tenant, id)
);

-- Mails as they came, sealed under the keys of the customers in them.
create table capture.raw (
  tenant text collate "C" not null,
  -- The id of the event that was made of it.
  event uuid not null,
  -- Two mails of one id with different content can be on their way at once.
  fingerprint text collate "C" not null,
  keys text[] collate "C" not null,
  sealed bytea not null,
  stored_at timestamptz not null default now(),
  primary key (tenant, event, fingerprint)
);
alter table capture.raw alter column sealed set storage external;

-- What came in and could not be understood, with its bytes, each item under a key of its own.
create table capture.quarantine (
  tenant text collate "C" not null,
  -- Keyed, of the bytes: the same mail again is the same item.
  id uuid not null,
  received_at timestamptz not null default now(),
  via text collate "C" not null,
  reason text collate "C" not null,
  backfill boolean not null,
  size integer not null,
  attempts integer not null default 1,
  keys text[] collate "C" not null,
  sealed bytea not null,
  primary key (tenant, id)
);
alter table capture.quarantine alter column sealed set storage external;
create index quarantine_received on capture.quarantine (tenant, received_at, id);

-- Where an interaction stands in the ledger, by its event's id.
create table capture.interaction (
  tenant text collate "C" not null,
  event uuid not null,
  position bigint not null,
  primary key (tenant, event)
);

-- Threads: the first conversation in which a message was mentioned, and the older conversation that one was joined to.
create table capture.mention (
  tenant text collate "C" not null,
  mention uuid not null,
  conversation uuid not null,
  primary key (tenant, mention)
);
create table capture.conversation (
  tenant text collate "C" not null,
  conversation uuid not null,
  -- Itself, or an older one of the same component; followed to its end it leads to the oldest.
  elder uuid not null,
  first_position bigint not null,
  primary key (tenant, conversation)
) with (fillfactor = 80);
create index conversation_elder on capture.conversation (tenant, elder) where elder <> conversation;

-- Conversations in which something goes on, under the oldest of those that are one, with the time until which it lasted.
create table capture.session (
  tenant text collate "C" not null,
  conversation uuid not null,
  channel text collate "C" not null,
  at timestamptz not null,
  primary key (tenant, conversation)
) with (fillfactor = 80);
create index session_quiet on capture.session (tenant, channel, at);

create table capture.policy (
  tenant text collate "C" not null,
  noun text collate "C" not null,
  position bigint not null,
  data json not null,
  primary key (tenant, noun)
);

grant usage on schema capture to throughline_service, throughline_projector;

do $$
declare name regclass;
begin
  foreach name in array array['capture.own_address', 'capture.raw', 'capture.quarantine', 'capture.interaction',
    'capture.mention', 'capture.conversation', 'capture.session', 'capture.policy']::regclass[]
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant = current_setting(''throughline.tenant'', true))', name);
  end loop;
end $$;

alter table capture.tenant enable row level security;
alter table capture.tenant force row level security;
create policy directory on capture.tenant using (true);

grant select, insert on capture.tenant to throughline_service;
grant select, insert, delete on capture.own_address to throughline_service;
grant select, insert, delete on capture.raw to throughline_service;
grant select, insert, update, delete on capture.quarantine to throughline_service;
grant select on capture.tenant to throughline_projector;
grant select on capture.interaction, capture.mention, capture.conversation, capture.session, capture.policy to throughline_service;
grant select, insert, update, delete on capture.interaction, capture.mention, capture.conversation, capture.session, capture.policy
  to throughline_projector;
