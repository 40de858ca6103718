-- What crm-writeback keeps beside the ledger. Texts compare bytewise: the same order on every machine, and the cheapest.
-- Nothing personal stands here in clear: secrets and a CRM's ids of contacts are sealed, handles are keyed ids.

-- The CRMs that a tenant is connected to.
create table writeback.connection (
  tenant text collate "C" not null,
  id uuid not null,
  name text collate "C" not null,
  crm text collate "C" not null,
  url text collate "C" not null,
  settings json not null,
  -- The secret, under a key of the connection's own.
  keys text[] collate "C" not null,
  sealed bytea not null,
  allow_private boolean not null,
  state text collate "C" not null check (state in ('active', 'paused')),
  -- Why it is paused: a word for programs, and a sentence. By nobody where a fault paused it.
  reason text collate "C",
  detail text collate "C",
  -- Only what the ledger learnt after this position is written back.
  since bigint not null,
  -- Grows with every change of what it takes to reach the CRM.
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  created_by text collate "C" not null,
  changed_at timestamptz not null default now(),
  primary key (tenant, id),
  unique (tenant, name)
);

-- Written by the planner: what it has to know of conversations to tell what a session was.
create table writeback.joined (
  tenant text collate "C" not null,
  conversation uuid not null,
  "into" uuid not null,
  position bigint not null,
  primary key (tenant, conversation)
);
create index joined_into on writeback.joined (tenant, "into");

create table writeback.session (
  tenant text collate "C" not null,
  conversation uuid not null,
  session integer not null,
  -- Where its end stands in its stream and in the ledger.
  version integer not null,
  position bigint not null,
  primary key (tenant, conversation, session)
);

-- When a customer was last in contact with us, and when a meeting was last held.
create table writeback.last_contact (
  tenant text collate "C" not null,
  handle uuid not null,
  at timestamptz not null,
  position bigint not null,
  primary key (tenant, handle)
) with (fillfactor = 80);
create table writeback.last_meeting (
  tenant text collate "C" not null,
  handle uuid not null,
  at timestamptz not null,
  position bigint not null,
  primary key (tenant, handle)
) with (fillfactor = 80);

-- Written by the projection of what is to be written: each delivery as its events tell it.
create table writeback.delivery (
  tenant text collate "C" not null,
  delivery uuid not null,
  connection uuid not null,
  record text collate "C" not null,
  reference uuid not null,
  subject uuid not null,
  also uuid[] not null,
  conversation uuid,
  session integer,
  note uuid,
  task uuid,
  state text collate "C" not null,
  attempts integer not null,
  -- Where it was planned: deliveries of one contact are written in this order.
  position bigint not null,
  planned_at timestamptz not null,
  changed_at timestamptz not null,
  made text collate "C",
  remote text collate "C",
  reason text collate "C",
  -- The seals of what the CRM said, of the event that they belong to.
  detail text collate "C",
  detail_of uuid,
  primary key (tenant, delivery)
) with (fillfactor = 70);
create index delivery_open on writeback.delivery (tenant, connection, position) where state = 'open';
create index delivery_subject on writeback.delivery (tenant, connection, subject, position) where state = 'open';
create index delivery_listed on writeback.delivery (tenant, position);
create index delivery_aside on writeback.delivery (tenant, state, position) where state in ('rejected', 'parked');
create index delivery_reference on writeback.delivery (tenant, connection, reference, position);

-- Notes and tasks: where they stand in the ledger, and which of them say what comes next.
create table writeback.step (
  tenant text collate "C" not null,
  id uuid not null,
  kind text collate "C" not null,
  subject uuid not null,
  position bigint not null,
  is_next boolean not null,
  due timestamptz,
  primary key (tenant, id)
);
create index step_subject on writeback.step (tenant, subject, position);

-- Where a customer's handle can be read: the newest event that names it, still sealed. `live` of late, not of an import.
create table writeback.person (
  tenant text collate "C" not null,
  handle uuid not null,
  position bigint not null,
  event uuid not null,
  at text collate "C" not null,
  seals text not null,
  heard_at timestamptz not null,
  live boolean not null,
  primary key (tenant, handle)
) with (fillfactor = 70);
create index person_live on writeback.person (heard_at) where live;

-- Written by the workers. A contact is in one worker's hands until the lease is over; between two tries it waits.
create table writeback.lane (
  tenant text collate "C" not null,
  connection uuid not null,
  contact uuid not null,
  holder uuid,
  until timestamptz,
  not_before timestamptz,
  failures integer not null default 0,
  -- The attempt whose end is known: of another one it is not known what became of it.
  delivery uuid,
  attempt integer,
  reason text collate "C",
  primary key (tenant, connection, contact)
) with (fillfactor = 50);
create index lane_holder on writeback.lane (holder) where holder is not null;

-- The CRM's id of a contact, sealed for the handle.
create table writeback.contact (
  tenant text collate "C" not null,
  connection uuid not null,
  handle uuid not null,
  keys text[] collate "C" not null,
  sealed bytea not null,
  primary key (tenant, connection, handle)
);

-- When the CRM was last asked what it knows of a handle.
create table writeback.asked (
  tenant text collate "C" not null,
  connection uuid not null,
  handle uuid not null,
  asked_at timestamptz not null,
  primary key (tenant, connection, handle)
) with (fillfactor = 70);

grant usage on schema writeback to throughline_service, throughline_projector;

do $$
declare name regclass;
begin
  foreach name in array array['writeback.connection', 'writeback.joined', 'writeback.session', 'writeback.last_contact',
    'writeback.last_meeting', 'writeback.delivery', 'writeback.step', 'writeback.person', 'writeback.lane',
    'writeback.contact', 'writeback.asked']::regclass[]
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant = current_setting(''throughline.tenant'', true))', name);
    execute format('grant select on %s to throughline_service, throughline_projector', name);
  end loop;
end $$;

grant insert, update on writeback.connection to throughline_service;
grant insert, update, delete on writeback.contact to throughline_service;
grant insert, update, delete on writeback.joined, writeback.session, writeback.last_contact, writeback.last_meeting,
  writeback.delivery, writeback.step, writeback.person, writeback.lane, writeback.asked to throughline_projector;
