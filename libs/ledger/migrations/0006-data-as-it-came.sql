-- Stores many commands in one call, each whole or not at all. Lists of text come joined by U+001E, which nothing in
-- them can hold; numbers (`of`) say to which command an event, key or checkpoint belongs. `expected` is a version,
-- -1 any or -2 exists, and null as a whole where all are any. Answers with the head before the call, the versions of
-- the events it stored (in order, a comma between; their positions follow the head), and why others were not stored.
create or replace function ledger.append(
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
  v_keys text[] := string_to_array(p_keys, s);
  v_destroys text[] := string_to_array(p_destroys, s);
  v_consumers text[] := string_to_array(p_consumers, s);
  v_refused int[];
  v_doubt boolean;
  v_versions bigint[];
  v_leaves bytea;
  v_last ledger.batch;
  v_fork ledger.fork;
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
    or array[cardinality(v_ids), cardinality(v_types), cardinality(v_occurred), cardinality(v_fingerprints)]
      <> array_fill(cardinality(p_of), array[4])
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
        string_agg(i.data, s), string_agg(i.meta, s)
      into v_of, v_ids, v_types, v_occurred, v_fingerprints, p_data, p_meta
      from (select * from rows from (unnest(v_of, v_ids, v_types, v_occurred, v_fingerprints),
            string_to_table(p_data, s), string_to_table(p_meta, s))
          with ordinality u(nth, id, type, occurred, fingerprint, data, meta, ord)
        where u.nth is null or u.nth <> all (v_refused) order by u.ord) i;
    end if;
  end if;

  if cardinality(v_ids) > 0 then
    v_batch.first_position := head + 1;
    v_batch.last_position := head + cardinality(v_ids);
    v_batch.recorded_at := greatest(clock_timestamp(), v_last.recorded_at + interval '1 microsecond');
    v_batch.writer := p_writer;
    v_batch.flush := p_flush;
    select * into v_fork from ledger.fork f order by f.epoch desc limit 1;
    -- A restore in place leaves connections open on which this was asked already; the table is another one then.
    if split_part(v_fork.home, '/', 2) <> 'ledger.event'::regclass::oid::text then
      perform ledger.recognise();
      select * into v_fork from ledger.fork f order by f.epoch desc limit 1;
    end if;
    v_batch.epoch := coalesce(v_fork.epoch, 1);
    v_batch.prev_hash := coalesce(v_last.hash, decode(repeat('00', 32), 'hex'));

    -- Sorted without the data, which then goes into the table as it came: cut where it is inserted, and never an array.
    -- Where there is more or less of it than there are events, a null stands in a row, and none is stored.
    select array_agg(u.version order by u.ord) into v_versions from (
      select u.ord, row_number() over (partition by v_tenants[u.nth], v_streams[u.nth] order by u.ord) + coalesce(
        (select e.stream_version from ledger.event e where e.tenant = v_tenants[u.nth] and e.stream = v_streams[u.nth]
          order by e.stream_version desc limit 1), 0) as version
      from unnest(v_of) with ordinality u(nth, ord)) u;
    insert into ledger.event
      (position, tenant, stream, stream_version, event_id, type, occurred_at, recorded_at, fingerprint, data, meta)
    select head + u.ord, v_tenants[u.nth], v_streams[u.nth], u.version, u.id, u.type, u.occurred::timestamptz,
      v_batch.recorded_at, decode(u.fingerprint, 'hex'), u.data::json, u.meta::json
    from rows from (unnest(v_of, v_versions, v_ids, v_types, v_occurred, v_fingerprints),
        string_to_table(p_data, s), string_to_table(p_meta, s))
      with ordinality u(nth, version, id, type, occurred, fingerprint, data, meta, ord);
    versions := array_to_string(v_versions, ',');

    select string_agg(ledger.leaf(e), ''::bytea) into v_leaves
    from (select * from ledger.event e where e.position between v_batch.first_position and v_batch.last_position
      order by e.position) e;
    v_batch.hash := ledger.link(v_batch, v_leaves, v_fork.id);
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
