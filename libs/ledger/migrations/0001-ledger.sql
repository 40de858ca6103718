-- Names compare bytewise: in the same order on every machine, and at the least cost.
create table ledger.event (
  position bigint primary key,
  tenant text collate "C" not null,
  stream text collate "C" not null,
  stream_version bigint not null,
  event_id uuid not null,
  type text collate "C" not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  -- Text that is JSON, kept byte for byte; jsonb would refuse some of it and write the rest anew.
  data json not null,
  meta json not null
);
create unique index event_stream on ledger.event (tenant, stream, stream_version);
create unique index event_id on ledger.event (event_id);

-- What was appended in one call.
create table ledger.batch (
  last_position bigint primary key,
  first_position bigint not null,
  recorded_at timestamptz not null,
  writer text collate "C" not null,
  -- Which call of that writer: whoever lost the answer finds out here whether it was stored.
  flush uuid not null,
  -- How often the ledger was forked by a restore or a promotion.
  epoch integer not null,
  prev_hash bytea not null,
  hash bytea not null
);
create unique index batch_recorded_at on ledger.batch (recorded_at);

-- Where the ledger forked, its beginning first: what was stored up to `after_position` goes on, and what somebody read
-- beyond it elsewhere is of a future that was given up.
create table ledger.fork (
  epoch integer primary key,
  after_position bigint not null,
  -- The server's identifier and timeline. A dump is restored on another server; a promotion, and a recovery to a moment,
  -- begin another timeline.
  server text collate "C" not null,
  at timestamptz not null
);

create table ledger.destroyed_key (
  tenant text collate "C" not null,
  key text collate "C" not null,
  position bigint not null,
  -- The key first: an append looks for all of its keys at once, whosever they are.
  primary key (key, tenant)
);

create table ledger.checkpoint (
  consumer text collate "C" primary key,
  position bigint not null
);

-- Whom a row-level policy lets in: a service its tenant's rows, and the owner, as whom append() works, all of them.
alter table ledger.event enable row level security;
alter table ledger.event force row level security;
create policy tenant on ledger.event for select using (tenant = current_setting('throughline.tenant', true));
create policy owner on ledger.event to current_user using (true) with check (true);
alter table ledger.destroyed_key enable row level security;
alter table ledger.destroyed_key force row level security;
create policy tenant on ledger.destroyed_key for select using (tenant = current_setting('throughline.tenant', true));
create policy owner on ledger.destroyed_key to current_user using (true) with check (true);

-- Against the owner's own slips. A statement trigger costs an insert nothing.
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'ledger.% only grows', tg_table_name using errcode = 'LG006';
end $$;
create trigger grows before update or delete or truncate on ledger.event execute function ledger.refuse_change();
create trigger grows before update or delete or truncate on ledger.batch execute function ledger.refuse_change();
create trigger grows before update or delete or truncate on ledger.fork execute function ledger.refuse_change();
create trigger grows before update or delete or truncate on ledger.destroyed_key execute function ledger.refuse_change();

create function ledger.micros(at timestamptz) returns bigint language sql stable parallel safe
return (extract(epoch from at) * 1000000)::bigint;

-- An event's hash: SHA-256 over every column. Neither names nor JSON can hold the separator.
create function ledger.leaf(e ledger.event) returns bytea language sql stable parallel safe
return sha256(convert_to(concat_ws(E'\x1e', e.position, e.tenant, e.stream, e.stream_version, e.event_id, e.type,
  ledger.micros(e.occurred_at), ledger.micros(e.recorded_at), encode(e.fingerprint, 'hex'), e.data, e.meta), 'UTF8'));

-- A batch's hash: SHA-256 over the hash before it, the hash of its own columns, and its leaves in order, 32 bytes each.
create function ledger.link(b ledger.batch, leaves bytea) returns bytea language sql stable parallel safe
return sha256(b.prev_hash || sha256(convert_to(concat_ws(E'\x1e', b.first_position, b.last_position,
  ledger.micros(b.recorded_at), b.writer, b.flush, b.epoch), 'UTF8')) || leaves);

-- Notes a fork: whatever is appended from now on is of another epoch.
create function ledger.note_fork(p_server text) returns integer language sql
begin atomic
  insert into ledger.fork
  select (select coalesce(max(f.epoch), 0) + 1 from ledger.fork f), coalesce(max(b.last_position), 0), p_server,
    clock_timestamp()
  from ledger.batch b
  returning epoch;
end;

create function ledger.server() returns text language sql
return (select system_identifier from pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);

-- Notes a fork where the ledger is on another server or timeline than before, and answers the epoch. Whoever appends
-- calls it once a connection, so that nothing is appended to what was restored or promoted under the epoch before.
create function ledger.recognise() returns integer language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_server constant text := ledger.server();
  v_last ledger.fork;
begin
  for tries in 1..2 loop
    select * into v_last from ledger.fork f order by f.epoch desc limit 1;
    if v_last.server = v_server then
      return v_last.epoch;
    end if;
    -- Behind every append of before; whoever was faster may have noted it.
    perform pg_advisory_xact_lock(7201, 0);
  end loop;
  return ledger.note_fork(v_server);
end $$;

-- For the owner to say what leaves no such trace: the ledger was brought back by a copied folder, or by a base backup that
-- was started as it is. To be called before anything is appended.
create function ledger.restored() returns integer language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7201, 0);
  return ledger.note_fork(ledger.server());
end $$;

-- Why commands cannot be stored as they are, in the port's order of reasons: one row for each such command (`nth` of
-- the call). Single-row probes throughout, so that no plan can become a scan of the ledger.
create function ledger.objections(
  tenants text[], streams text[], expected bigint[], of int[], ids uuid[], fingerprints text[],
  keys_of int[], keys text[], moves_of int[], consumers text[], moves_from bigint[])
returns table (nth int, verdict json) language plpgsql stable as $$
#variable_conflict use_column
begin
  return query with command as materialized (
    select c.nth::int, c.tenant, c.stream, coalesce(c.expected, -1) as expected, coalesce(
      (select e.stream_version from ledger.event e where e.tenant = c.tenant and e.stream = c.stream
        order by e.stream_version desc limit 1), 0) as version
    from unnest(tenants, streams, expected) with ordinality c(tenant, stream, expected, nth)
  ), known as materialized (
    select i.nth, i.ord, i.id, k.position, k.stream_version as version, k.tenant = c.tenant as ours,
      k.tenant = c.tenant and k.stream = c.stream as here, k.fingerprint = decode(i.fingerprint, 'hex') as same
    from unnest(of, ids, fingerprints) with ordinality i(nth, id, fingerprint, ord) join command c on c.nth = i.nth
    left join lateral (select * from ledger.event e where e.event_id = i.id limit 1) k on true
  ), identity as materialized (
    select k.nth, count(k.position) as found, count(*) as events,
      min(k.ord) filter (where not k.here) as elsewhere, min(k.ord) filter (where not k.same) as reused,
      min(k.ord) filter (where k.position is not null) as first
    from known k group by k.nth having count(k.position) > 0
  ), moved as materialized (
    select m.nth, p.position from unnest(moves_of, consumers, moves_from) m(nth, consumer, "from"),
      lateral (select coalesce((select c.position from ledger.checkpoint c where c.consumer = m.consumer), 0) as position) p
    where p.position <> m.from
  ), destroyed as materialized (
    select s.nth, (array_agg(s.key order by s.ord))[1] as key
    from unnest(keys_of, keys) with ordinality s(nth, key, ord) join command c on c.nth = s.nth
    where (select true from ledger.destroyed_key d where d.tenant = c.tenant and d.key = s.key) group by s.nth
  ), reason as materialized (
    select c.nth, c.version, m.position, d.key, coalesce(i.elsewhere, i.reused, i.first) as ord, case
      when i.elsewhere is not null then 'IdElsewhere'
      when i.reused is not null then 'IdReused'
      when i.found = i.events then 'duplicate'
      when i.found > 0 then 'PartlyKnown'
      when m.position is not null then 'CheckpointMoved'
      when c.expected >= 0 and c.version <> c.expected or c.expected = -2 and c.version = 0 then 'conflict'
      when d.key is not null then 'KeyDestroyed'
    end as is
    from command c left join identity i on i.nth = c.nth
    left join moved m on m.nth = c.nth left join destroyed d on d.nth = c.nth
  )
  select r.nth, case r.is
    when 'duplicate' then (select json_build_object('nth', r.nth, 'is', r.is, 'positions',
        json_agg(k.position::text order by k.ord), 'versions', json_agg(k.version order by k.ord))
      from known k where k.nth = r.nth)
    when 'conflict' then json_build_object('nth', r.nth, 'is', r.is, 'actual', r.version)
    when 'CheckpointMoved' then json_build_object('nth', r.nth, 'is', r.is, 'position', r.position::text)
    when 'KeyDestroyed' then json_build_object('nth', r.nth, 'is', r.is, 'key', r.key)
    else json_build_object('nth', r.nth, 'is', r.is, 'event', k.id,
      -- Where another tenant's event is, is not for this one to know.
      'position', case when k.ours then k.position::text end)
  end
  from reason r left join known k on k.ord = r.ord where r.is is not null;
end $$;

-- Stores many commands in one call, each whole or not at all. Lists of text come joined by U+001E, which nothing in
-- them can hold; numbers (`of`) say to which command an event, key or checkpoint belongs. `expected` is a version,
-- -1 any or -2 exists, and null as a whole where all are any. Answers with the head before the call, the versions of
-- the events it stored (in order, a comma between; their positions follow the head), and why others were not stored.
create function ledger.append(
  p_writer text, p_flush uuid,
  p_tenants text, p_streams text, p_expected bigint[],
  p_of int[], p_ids text, p_types text, p_occurred text, p_fingerprints text, p_data text, p_meta text,
  p_keys_of int[] default '{}', p_keys text default '', p_destroys_of int[] default '{}', p_destroys text default '',
  p_moves_of int[] default '{}', p_consumers text default '',
  p_moves_from bigint[] default '{}', p_moves_to bigint[] default '{}',
  out head bigint, out versions text, out refused json)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
  s constant text := E'\x1e';
  v_tenants text[] := string_to_array(p_tenants, s);
  v_streams text[] := string_to_array(p_streams, s);
  v_of int[] := p_of;
  v_ids uuid[] := string_to_array(p_ids, s)::uuid[];
  v_types text[] := string_to_array(p_types, s);
  v_occurred text[] := string_to_array(p_occurred, s);
  v_fingerprints text[] := string_to_array(p_fingerprints, s);
  v_data text[] := string_to_array(p_data, s);
  v_meta text[] := string_to_array(p_meta, s);
  v_keys text[] := string_to_array(p_keys, s);
  v_destroys text[] := string_to_array(p_destroys, s);
  v_consumers text[] := string_to_array(p_consumers, s);
  v_refused int[];
  v_doubt boolean;
  v_versions bigint[];
  v_leaves bytea;
  v_last ledger.batch;
  v_batch ledger.batch;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'ledger.append needs read committed' using errcode = 'LG001';
  end if;
  if current_setting('synchronous_commit') = 'off' then
    raise exception 'ledger.append needs synchronous_commit: what it answers is stored' using errcode = 'LG002';
  end if;
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'ledger.append needs a transaction of its own' using errcode = 'LG003';
  end if;
  if cardinality(v_streams) <> cardinality(v_tenants) or cardinality(p_expected) <> cardinality(v_tenants)
    or array[cardinality(v_ids), cardinality(v_types), cardinality(v_occurred), cardinality(v_fingerprints),
      cardinality(v_data), cardinality(v_meta)] <> array_fill(cardinality(p_of), array[6])
    or cardinality(v_keys) <> cardinality(p_keys_of) or cardinality(v_destroys) <> cardinality(p_destroys_of)
    or array[cardinality(v_consumers), cardinality(p_moves_from), cardinality(p_moves_to)]
      <> array_fill(cardinality(p_moves_of), array[3])
  then
    raise exception 'lists of unequal length' using errcode = 'LG004';
  end if;

  -- One append at a time, until its commit is done: positions become visible in their order, without holes. The key
  -- is ours by convention; whoever locks it by hand holds all appends.
  perform pg_advisory_xact_lock(7201, 0);
  select * into v_last from ledger.batch b order by b.last_position desc limit 1;
  head := coalesce(v_last.last_position, 0);

  v_doubt := p_expected is not null or p_moves_of <> '{}'
    or exists (select from ledger.event e where e.event_id = any (v_ids))
    or exists (select from ledger.destroyed_key d where d.key = any (v_keys));
  if v_doubt then
    if exists (select from unnest(v_tenants, v_streams, p_expected) c(tenant, stream, expected)
      group by c.tenant, c.stream having count(*) > 1 and bool_or(c.expected <> -1)) then
      raise exception 'a stream with an expectation stands in a call once' using errcode = 'LG005';
    end if;
    select array_agg(o.nth), json_agg(o.verdict) into v_refused, refused
    from ledger.objections(v_tenants, v_streams, p_expected, v_of, v_ids, v_fingerprints,
      p_keys_of, v_keys, p_moves_of, v_consumers, p_moves_from) o;
    if v_refused is not null then
      select array_agg(i.nth), array_agg(i.id), array_agg(i.type), array_agg(i.occurred), array_agg(i.fingerprint),
        array_agg(i.data), array_agg(i.meta)
      into v_of, v_ids, v_types, v_occurred, v_fingerprints, v_data, v_meta
      from (select * from unnest(v_of, v_ids, v_types, v_occurred, v_fingerprints, v_data, v_meta)
          with ordinality u(nth, id, type, occurred, fingerprint, data, meta, ord)
        where u.nth <> all (v_refused) order by u.ord) i;
    end if;
  end if;

  if cardinality(v_ids) > 0 then
    v_batch.first_position := head + 1;
    v_batch.last_position := head + cardinality(v_ids);
    v_batch.recorded_at := greatest(clock_timestamp(), v_last.recorded_at + interval '1 microsecond');
    v_batch.writer := p_writer;
    v_batch.flush := p_flush;
    v_batch.epoch := coalesce((select f.epoch from ledger.fork f order by f.epoch desc limit 1), 1);
    v_batch.prev_hash := coalesce(v_last.hash, decode(repeat('00', 32), 'hex'));

    -- Sorted without the data, which then goes into the table as it came.
    select array_agg(u.version order by u.ord) into v_versions from (
      select u.ord, row_number() over (partition by v_tenants[u.nth], v_streams[u.nth] order by u.ord) + coalesce(
        (select e.stream_version from ledger.event e where e.tenant = v_tenants[u.nth] and e.stream = v_streams[u.nth]
          order by e.stream_version desc limit 1), 0) as version
      from unnest(v_of) with ordinality u(nth, ord)) u;
    insert into ledger.event
      (position, tenant, stream, stream_version, event_id, type, occurred_at, recorded_at, fingerprint, data, meta)
    select head + u.ord, v_tenants[u.nth], v_streams[u.nth], u.version, u.id, u.type, u.occurred::timestamptz,
      v_batch.recorded_at, decode(u.fingerprint, 'hex'), u.data::json, u.meta::json
    from unnest(v_of, v_versions, v_ids, v_types, v_occurred, v_fingerprints, v_data, v_meta)
      with ordinality u(nth, version, id, type, occurred, fingerprint, data, meta, ord);
    versions := array_to_string(v_versions, ',');

    select string_agg(ledger.leaf(e), ''::bytea) into v_leaves
    from (select * from ledger.event e where e.position between v_batch.first_position and v_batch.last_position
      order by e.position) e;
    v_batch.hash := ledger.link(v_batch, v_leaves);
    insert into ledger.batch select (v_batch).*;
  end if;

  if p_destroys_of <> '{}' then
    insert into ledger.destroyed_key (tenant, key, position)
    select v_tenants[d.nth], d.key,
      (select head + max(i.ord) from unnest(v_of) with ordinality i(nth, ord) where i.nth = d.nth)
    from unnest(p_destroys_of, v_destroys) d(nth, key) where d.nth <> all (coalesce(v_refused, '{}'))
    on conflict do nothing;
  end if;
  if p_moves_of <> '{}' then
    insert into ledger.checkpoint (consumer, position)
    select m.consumer, m."to" from unnest(p_moves_of, v_consumers, p_moves_to) m(nth, consumer, "to")
    where m.nth <> all (coalesce(v_refused, '{}'))
    on conflict (consumer) do update set position = excluded.position;
  end if;
end $$;

revoke all on all functions in schema ledger from public;
grant usage on schema ledger to throughline_service, throughline_projector;
grant select on ledger.event, ledger.batch, ledger.fork, ledger.destroyed_key, ledger.checkpoint
  to throughline_service, throughline_projector;
grant execute on function ledger.append to throughline_service;
grant execute on function ledger.recognise to throughline_service;
