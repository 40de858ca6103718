-- The version before kept what is to come as the last of somebody; lists look no further ahead than a day. Until its rows are
-- made anew, those are listed by when that is found: without a time at which something last happened, and not left out.
do $$
declare name regclass;
begin
  foreach name in array array['timeline.contact', 'timeline.account']::regclass[]
  loop
    execute format('alter table %s no force row level security', name);
    execute format('update %s set happened = 0, last_at = now() where last_at > now() + interval ''1 day''', name);
    execute format('alter table %s force row level security', name);
  end loop;
end $$;
