-- Where the ledger lies on its server: in which database, and its events in which table. A dump that is restored makes the
-- table anew, a copy of a database the database, and neither gets a number that was there before.
create function ledger.home() returns text language sql stable
return (select d.oid from pg_database d where d.datname = current_database()) || '/' || 'ledger.event'::regclass::oid;
revoke all on function ledger.home() from public;

-- The forks of before were noted where the ledger lies now.
alter table ledger.fork add column home text collate "C" default ledger.home();
alter table ledger.fork alter column home drop default;

create or replace function ledger.note_fork(p_server text) returns integer language sql
begin atomic
  insert into ledger.fork (epoch, after_position, server, home, at)
  select (select coalesce(max(f.epoch), 0) + 1 from ledger.fork f), coalesce(max(b.last_position), 0), p_server,
    ledger.home(), clock_timestamp()
  from ledger.batch b
  returning epoch;
end;

-- Notes a fork where the ledger is on another server, timeline or place there than before, and answers the epoch.
create or replace function ledger.recognise() returns integer language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_server constant text := ledger.server();
  v_home constant text := ledger.home();
  v_last ledger.fork;
begin
  for tries in 1..2 loop
    select * into v_last from ledger.fork f order by f.epoch desc limit 1;
    if v_last.server = v_server and v_last.home = v_home then
      return v_last.epoch;
    end if;
    -- Behind every append of before; whoever was faster may have noted it.
    perform pg_advisory_xact_lock(7201, 0);
  end loop;
  return ledger.note_fork(v_server);
end $$;
