-- The read side. Every table belongs to one projector and can be made anew from the ledger.
-- Texts compare bytewise: the same order on every machine, and the cheapest.

create table timeline.entry (
  tenant text collate "C" not null,
  position bigint not null,
  event uuid not null,
  type text collate "C" not null,
  stream text collate "C" not null,
  version integer not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  handles uuid[] not null,
  data text not null,
  meta text not null,
  primary key (tenant, position)
);
create unique index entry_event on timeline.entry (tenant, event);

-- A page of a timeline is one range of this key per handle. What filters ask for stands beside the key, so that a
-- range is filtered without a visit to the table.
create table timeline.entry_of_handle (
  tenant text collate "C" not null,
  handle uuid not null,
  occurred_at timestamptz not null,
  position bigint not null,
  event uuid not null,
  type text collate "C" not null,
  channel text collate "C",
  direction text collate "C",
  kind text collate "C",
  conversation uuid,
  automatic boolean not null,
  primary key (tenant, handle, occurred_at, position)
    include (event, type, channel, direction, kind, conversation, automatic)
);

create table timeline.entry_of_account (
  tenant text collate "C" not null,
  account uuid not null,
  occurred_at timestamptz not null,
  position bigint not null,
  event uuid not null,
  type text collate "C" not null,
  channel text collate "C",
  direction text collate "C",
  kind text collate "C",
  conversation uuid,
  automatic boolean not null,
  primary key (tenant, account, occurred_at, position)
    include (event, type, channel, direction, kind, conversation, automatic)
);

create table timeline.amendment (
  tenant text collate "C" not null,
  interaction uuid not null,
  position bigint not null,
  event uuid not null,
  stream text collate "C" not null,
  version integer not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  kind text collate "C",
  data text not null,
  meta text not null,
  primary key (tenant, interaction, position)
);
create index amendment_position on timeline.amendment (tenant, position);
create index amendment_kind on timeline.amendment (tenant, interaction) where kind is not null;

create table timeline.joined_conversation (
  tenant text collate "C" not null,
  conversation uuid not null,
  "into" uuid not null,
  position bigint not null,
  primary key (tenant, conversation)
);
create index joined_conversation_into on timeline.joined_conversation (tenant, "into");

create table timeline.conversation_of_handle (
  tenant text collate "C" not null,
  handle uuid not null,
  conversation uuid not null,
  position bigint not null,
  primary key (tenant, handle, conversation)
);
create index conversation_of_handle_conversation on timeline.conversation_of_handle (tenant, conversation);

create table timeline.ended_session (
  tenant text collate "C" not null,
  conversation uuid not null,
  session integer not null,
  ended_at timestamptz not null,
  position bigint not null,
  primary key (tenant, conversation, session)
);

create table timeline.session_policy (
  tenant text collate "C" not null,
  position bigint not null,
  quiet text not null,
  primary key (tenant, position)
);

create table timeline.task (
  tenant text collate "C" not null,
  task uuid not null,
  subject uuid not null,
  owner uuid not null,
  due timestamptz not null,
  -- It rests until then.
  until timestamptz,
  -- The note whose next step it is.
  note uuid,
  position bigint not null,
  done_position bigint,
  done_at timestamptz,
  last_position bigint not null,
  last_at timestamptz not null,
  primary key (tenant, task)
);
create index task_due on timeline.task (tenant, due, task);
create index task_open on timeline.task (tenant, due, task) where done_position is null;
create index task_of_subject on timeline.task (tenant, subject, due);
create index task_of_owner on timeline.task (tenant, owner, due);
create index task_of_note on timeline.task (tenant, note) where note is not null;

create table timeline.note (
  tenant text collate "C" not null,
  subject uuid not null,
  position bigint not null,
  note uuid not null,
  next_step boolean not null,
  decision boolean not null,
  primary key (tenant, subject, position)
);

create table timeline.owner (
  tenant text collate "C" not null,
  "of" text collate "C" not null,
  subject uuid not null,
  position bigint not null,
  owner uuid,
  primary key (tenant, "of", subject, position)
);

create table timeline.matter (
  tenant text collate "C" not null,
  matter uuid not null,
  subject uuid not null,
  state text collate "C" not null,
  since timestamptz not null,
  event uuid not null,
  position bigint not null,
  agent uuid,
  team text collate "C",
  "until" timestamptz,
  fallback uuid,
  skilled boolean not null,
  -- Of the event that opened it; "position" is that of the last one, which happened at last_at.
  first_position bigint not null,
  last_at timestamptz not null,
  primary key (tenant, matter)
);
create index matter_of_subject on timeline.matter (tenant, subject);
create index matter_open on timeline.matter (tenant, subject, position) where state in ('queued', 'offered', 'owned');

create table timeline.promise (
  tenant text collate "C" not null,
  promise uuid not null,
  matter uuid not null,
  subject uuid not null,
  state text collate "C" not null,
  breached boolean not null,
  due timestamptz,
  event uuid not null,
  position bigint not null,
  first_position bigint not null,
  last_at timestamptz not null,
  primary key (tenant, promise)
);
create index promise_of_subject on timeline.promise (tenant, subject);
create index promise_open on timeline.promise (tenant, subject, due) where state in ('open', 'paused');

create table timeline.delivery (
  tenant text collate "C" not null,
  delivery uuid not null,
  subject uuid not null,
  connection uuid not null,
  record text collate "C" not null,
  state text collate "C" not null,
  position bigint not null,
  primary key (tenant, delivery)
);

create table timeline.crm_context (
  tenant text collate "C" not null,
  subject uuid not null,
  connection uuid not null,
  position bigint not null,
  primary key (tenant, subject, connection, position)
);

create table timeline.volume (
  tenant text collate "C" not null,
  day text collate "C" not null,
  channel text collate "C" not null,
  direction text collate "C" not null,
  interactions bigint not null,
  primary key (tenant, day, channel, direction)
) with (fillfactor = 70);

create table timeline.volume_of_handle (
  tenant text collate "C" not null,
  handle uuid not null,
  day text collate "C" not null,
  channel text collate "C" not null,
  direction text collate "C" not null,
  interactions bigint not null,
  primary key (tenant, handle, day, channel, direction)
);

create table timeline.tally (
  tenant text collate "C" not null,
  handle uuid not null,
  channel text collate "C" not null,
  direction text collate "C" not null,
  interactions bigint not null,
  primary key (tenant, handle, channel, direction)
) with (fillfactor = 70);

create table timeline.face (
  tenant text collate "C" not null,
  party uuid not null,
  named integer not null,
  position bigint not null,
  at text collate "C" not null,
  primary key (tenant, party, named, position)
);

create table timeline.contact (
  tenant text collate "C" not null,
  handle uuid not null,
  last_at timestamptz not null,
  position bigint not null,
  primary key (tenant, handle)
) with (fillfactor = 70);
create index contact_last on timeline.contact (tenant, last_at, handle);

create table timeline.account (
  tenant text collate "C" not null,
  account uuid not null,
  last_at timestamptz not null,
  position bigint not null,
  primary key (tenant, account)
) with (fillfactor = 70);
create index account_last on timeline.account (tenant, last_at, account);

create table timeline.account_of_handle (
  tenant text collate "C" not null,
  handle uuid not null,
  account uuid not null,
  position bigint not null,
  primary key (tenant, handle, account)
) with (fillfactor = 70);
create index account_of_handle_account on timeline.account_of_handle (tenant, account, handle);

create table timeline.fact (
  tenant text collate "C" primary key,
  events bigint not null,
  interactions bigint not null,
  entries bigint not null,
  part_0 bigint not null,
  part_1 bigint not null,
  part_2 bigint not null,
  part_3 bigint not null,
  part_4 bigint not null,
  part_5 bigint not null,
  part_6 bigint not null,
  part_7 bigint not null
) with (fillfactor = 20);

-- Keyed hashes of words only; a query finds them under the tenant's own search key. Row-level security lets no operator
-- of a GIN index be used by the service role (none is leakproof), so that the projector's role looks words up, and what
-- it found is read as the tenant.
create table timeline.found_word (
  tenant text collate "C" not null,
  position bigint not null,
  entry uuid not null,
  occurred_at timestamptz not null,
  words tsvector not null,
  primary key (tenant, position)
);
create index found_word_words on timeline.found_word using gin (words);
create index found_word_occurred on timeline.found_word (tenant, occurred_at, position);

create table timeline.found_name (
  tenant text collate "C" not null,
  party uuid not null,
  spelling uuid not null,
  beginnings tsvector not null,
  primary key (tenant, party, spelling)
);
create index found_name_beginnings on timeline.found_name using gin (beginnings);

grant usage on schema timeline to throughline_service, throughline_projector;

do $$
declare name regclass;
begin
  for name in
    select c.oid from pg_class c where c.relnamespace = 'timeline'::regnamespace and c.relkind = 'r' and c.relname <> 'migration'
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant = current_setting(''throughline.tenant'', true))', name);
    execute format('grant select on %s to throughline_service', name);
    execute format('grant select, insert, update, delete on %s to throughline_projector', name);
  end loop;
end $$;
