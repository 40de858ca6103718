-- Tables are rebuilt beside the live ones, in a schema of their own: those of timeline in timeline_beside. Making, moving
-- and dropping them is the owner's; the projectors' role may have it done to tables that it could empty anyway.

-- What stands beside a projection.
create table read_model.rebuild (
  projection text primary key,
  version integer not null,
  began_at timestamptz not null,
  -- Null while it is to be live next; afterwards it is what was live before, since then.
  swapped_at timestamptz
);
grant select on read_model.rebuild to throughline_service;
grant select, insert, update, delete on read_model.rebuild to throughline_projector;

-- The table that a projection calls so. What would stay behind when it is moved keeps it from being rebuilt.
create function read_model.table_of(name text) returns regclass language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare
  it regclass := to_regclass(name);
begin
  if it is null or not has_table_privilege('throughline_projector', it, 'delete') then
    raise exception '% is no table of a projection', name using errcode = 'insufficient_privilege';
  end if;
  if exists (select from pg_trigger where tgrelid = it and not tgisinternal)
    or exists (select from pg_constraint where confrelid = it or (conrelid = it and contype = 'f'))
    or exists (select from pg_depend where refobjid = it and classid = 'pg_rewrite'::regclass) then
    raise exception '% has triggers, foreign keys or views and cannot be rebuilt', name
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  return it;
end $$;

-- Columns and indexes: two tables can stand for each other where this is the same.
create function read_model.shape_of(it regclass) returns text language sql stable
set search_path = pg_catalog, pg_temp as $$
  select concat_ws(' | ',
    (select string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attcollation), ', ' order by attnum)
     from pg_attribute where attrelid = it and attnum > 0 and not attisdropped),
    (select string_agg(definition, '; ' order by definition)
     from pg_index, replace(pg_get_indexdef(indexrelid), format(' ON %s USING ', it), ' ') as definition
     where indrelid = it))
$$;

create function read_model.beside_of(it regclass) returns text language sql stable
set search_path = pg_catalog, pg_temp as $$
  select format('%I.%I', nspname || '_beside', relname) from pg_class join pg_namespace n on n.oid = relnamespace
  where pg_class.oid = it
$$;

-- The statements that make an empty table like another one, with its indexes by the same names, policies and grants.
create function read_model.copying(live regclass, target text) returns setof text language sql stable
set search_path = pg_catalog, pg_temp as $$
  select format('create table %s (like %s including all excluding indexes)%s', target, live,
    ' with (' || array_to_string(reloptions, ', ') || ')') from pg_class where oid = live
  union all
  select format('alter table %s add constraint %I %s', target, conname, pg_get_constraintdef(oid))
  from pg_constraint where conrelid = live and contype in ('p', 'u', 'x')
  union all
  select replace(pg_get_indexdef(indexrelid), format(' ON %s USING ', live), format(' ON %s USING ', target))
  from pg_index where indrelid = live and not exists (select from pg_constraint where conindid = indexrelid)
  union all
  select format('alter table %s %s row level security', target, unnest(array['enable', 'force']))
  from pg_class where oid = live and relrowsecurity and relforcerowsecurity
  union all
  select format('create policy %I on %s as %s for %s to %s%s%s', policyname, target, permissive, cmd,
    (select string_agg(case role when 'public' then 'public' else quote_ident(role) end, ', ') from unnest(roles) as role),
    ' using (' || qual || ')', ' with check (' || with_check || ')')
  from pg_policies where (schemaname, tablename) =
    (select nspname, relname from pg_class join pg_namespace n on n.oid = relnamespace where pg_class.oid = live)
  union all
  select format('grant %s on %s to %s', privilege_type, target,
    case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end)
  from pg_class, aclexplode(relacl) where pg_class.oid = live and grantee <> relowner
$$;

create function read_model.make_beside(names text[]) returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
  name text;
  target text;
  home text;
  statement text;
begin
  foreach name in array names loop
    target := read_model.beside_of(read_model.table_of(name));
    home := split_part(target, '.', 1);
    if to_regnamespace(home) is null then
      execute format('create schema %s', home);
      execute format('grant usage on schema %s to throughline_projector', home);
    end if;
    execute format('drop table if exists %s', target);
    for statement in select read_model.copying(name::regclass, target) loop
      execute statement;
    end loop;
  end loop;
  -- Empty but for a moment: two tables of one name change places by way of it.
  if to_regnamespace('read_model_between') is null then
    create schema read_model_between;
  end if;
end $$;

-- Live tables and those beside them change places, in the caller's transaction.
create function read_model.exchange(names text[]) returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
  name text;
  live regclass;
  beside regclass;
  home regnamespace;
  aside regnamespace;
begin
  foreach name in array names loop
    live := read_model.table_of(name);
    beside := read_model.beside_of(live)::regclass;
    select relnamespace into home from pg_class where oid = live;
    select relnamespace into aside from pg_class where oid = beside;
    if read_model.shape_of(live) <> read_model.shape_of(beside) then
      raise exception '% was changed after the one beside it was made', name
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    execute format('alter table %s set schema read_model_between', live);
    execute format('alter table %s set schema %s', beside, home);
    execute format('alter table %s set schema %s', live, aside);
  end loop;
end $$;

create function read_model.drop_beside(names text[]) returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
  name text;
begin
  foreach name in array names loop
    execute format('drop table if exists %s', read_model.beside_of(read_model.table_of(name)));
  end loop;
end $$;

revoke all on function read_model.table_of, read_model.shape_of, read_model.beside_of, read_model.copying,
  read_model.make_beside, read_model.exchange, read_model.drop_beside from public;
grant execute on function read_model.make_beside, read_model.exchange, read_model.drop_beside to throughline_projector;
