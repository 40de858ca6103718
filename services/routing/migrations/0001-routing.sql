-- What routing decides on, beside the ledger, and what it shows. Every row can be made anew from the ledger; nothing
-- personal stands here in clear. Texts compare bytewise: the same order on every machine, and the cheapest.

create table routing.policy (
  tenant text collate "C" not null,
  noun text collate "C" not null,
  position bigint not null,
  data json not null,
  primary key (tenant, noun)
);

create table routing.team (
  tenant text collate "C" not null,
  team text collate "C" not null,
  position bigint not null,
  -- The event that defined it, for its seals; none where it is removed.
  event uuid,
  data json,
  primary key (tenant, team)
);

-- Up to which version the rows below tell of a team's stream.
create table routing.team_stream (
  tenant text collate "C" not null,
  team text collate "C" not null,
  version integer not null,
  position bigint not null,
  primary key (tenant, team)
) with (fillfactor = 50);

-- Turns that are not released yet.
create table routing.turn (
  tenant text collate "C" not null,
  team text collate "C" not null,
  matter uuid not null,
  entry integer not null,
  agent uuid not null,
  primary key (tenant, team, matter, entry)
);
create index turn_agent on routing.turn (tenant, agent);

-- When an agent last took a turn in a team: by the version of the team's stream.
create table routing.last_turn (
  tenant text collate "C" not null,
  team text collate "C" not null,
  agent uuid not null,
  version integer not null,
  position bigint not null,
  primary key (tenant, team, agent)
) with (fillfactor = 50);

create table routing.agent (
  tenant text collate "C" not null,
  agent uuid not null,
  -- The event that defined them, for its seals.
  event uuid not null,
  data json not null,
  removed boolean not null,
  position bigint not null,
  primary key (tenant, agent)
);

create table routing.presence (
  tenant text collate "C" not null,
  agent uuid not null,
  presence text collate "C" not null,
  position bigint not null,
  primary key (tenant, agent)
) with (fillfactor = 50);

-- Where the handle and the name of one of ours lie, sealed: the newest event that names them counts, best one with a name.
create table routing.person (
  tenant text collate "C" not null,
  person uuid not null,
  named integer not null,
  position bigint not null,
  event uuid not null,
  seals json not null,
  at text collate "C" not null,
  primary key (tenant, person, named, position)
);

create table routing.owner (
  tenant text collate "C" not null,
  "of" text collate "C" not null,
  subject uuid not null,
  position bigint not null,
  event uuid not null,
  owner uuid,
  primary key (tenant, subject, "of")
);

-- Which matter a conversation is about: its last choice. The version is that of the customer's stream.
create table routing.choice (
  tenant text collate "C" not null,
  conversation uuid not null,
  position bigint not null,
  matter uuid not null,
  subject uuid not null,
  version integer not null,
  primary key (tenant, conversation)
);
create index choice_matter on routing.choice (tenant, matter);
create index choice_subject on routing.choice (tenant, subject, version);

-- The last touch of a conversation; history that was imported is none.
create table routing.touch (
  tenant text collate "C" not null,
  conversation uuid not null,
  at timestamptz not null,
  position bigint not null,
  event uuid not null,
  channel text collate "C" not null,
  version integer not null,
  primary key (tenant, conversation)
) with (fillfactor = 80);

create table routing.matter (
  tenant text collate "C" not null,
  matter uuid not null,
  subject uuid not null,
  account uuid,
  state text collate "C" not null,
  -- Who has it, or is asked to take it.
  agent uuid,
  team text collate "C",
  entry integer not null,
  -- By when it is out of the queue, or the offer lapses.
  until timestamptz,
  fallback uuid,
  skill text collate "C",
  declined uuid[] not null,
  asked json not null,
  priority integer not null,
  since timestamptz not null,
  -- Since when it is where it is.
  at timestamptz not null,
  holder uuid,
  rule text collate "C",
  outcome text collate "C",
  position bigint not null,
  -- Of the event that opened it; "position" is that of the last one, which happened at last_at.
  first_position bigint not null,
  last_at timestamptz not null,
  primary key (tenant, matter)
) with (fillfactor = 80);
create index matter_position on routing.matter (tenant, position);
create index matter_subject on routing.matter (tenant, subject);
create index matter_account on routing.matter (tenant, account) where state <> 'closed';
create index matter_agent on routing.matter (tenant, agent, since) where state <> 'closed';
create index matter_queue on routing.matter (tenant, team, priority desc, since, matter) where state = 'queued';
create index matter_until on routing.matter (until) where state in ('queued', 'offered');
create index matter_since on routing.matter (tenant, since, matter);

-- What was said in conversations, and by whom, as far as it asks for an answer or is one; no history.
create table routing.said (
  tenant text collate "C" not null,
  conversation uuid not null,
  interaction uuid not null,
  at timestamptz not null,
  position bigint not null,
  by text collate "C" not null,
  automatic boolean not null,
  channel text collate "C" not null,
  kind text collate "C",
  primary key (tenant, conversation, interaction)
);
create index said_at on routing.said (tenant, conversation, at, position);

create table routing.promise (
  tenant text collate "C" not null,
  promise uuid not null,
  matter uuid not null,
  subject uuid not null,
  target text collate "C" not null,
  -- open, paused, met or ended
  state text collate "C" not null,
  interaction uuid not null,
  conversation uuid not null,
  channel text collate "C" not null,
  kind text collate "C",
  -- From when it counts.
  since timestamptz not null,
  due timestamptz,
  paused timestamptz,
  "left" text collate "C",
  within text collate "C" not null,
  calendar text collate "C" not null,
  calendar_version integer not null,
  tzdata text collate "C" not null,
  policy_version integer not null,
  breached boolean not null,
  met timestamptz,
  met_by uuid,
  ended timestamptz,
  because text collate "C",
  position bigint not null,
  first_position bigint not null,
  last_at timestamptz not null,
  primary key (tenant, promise)
) with (fillfactor = 80);
create index promise_position on routing.promise (tenant, position);
create index promise_matter on routing.promise (tenant, matter);
create index promise_subject on routing.promise (tenant, subject, since, promise);
create index promise_due on routing.promise (due) where state = 'open' and not breached;

create table routing.calendar (
  tenant text collate "C" not null,
  calendar text collate "C" not null,
  position bigint not null,
  data json not null,
  primary key (tenant, calendar)
);

-- Tasks that are not done, and whose they are now.
create table routing.task (
  tenant text collate "C" not null,
  task uuid not null,
  subject uuid not null,
  owner uuid not null,
  primary key (tenant, task)
);
create index task_owner on routing.task (tenant, owner, task);

grant usage on schema routing to throughline_service, throughline_projector;

do $$
declare name regclass;
begin
  for name in
    select c.oid from pg_class c where c.relnamespace = 'routing'::regnamespace and c.relkind = 'r' and c.relname <> 'migration'
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant = current_setting(''throughline.tenant'', true))', name);
    execute format('grant select on %s to throughline_service', name);
    execute format('grant select, insert, update, delete on %s to throughline_projector', name);
  end loop;
end $$;
