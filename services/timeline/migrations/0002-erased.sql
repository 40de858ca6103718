-- Who is erased, and since when: what names them later makes no rows.
create table timeline.erased (
  tenant text collate "C" not null,
  handle uuid not null,
  customer uuid not null,
  position bigint not null,
  at timestamptz not null,
  primary key (tenant, handle)
);
create index erased_customer on timeline.erased (tenant, customer);
alter table timeline.erased enable row level security;
alter table timeline.erased force row level security;
create policy tenant on timeline.erased using (tenant = current_setting('throughline.tenant', true));
grant select on timeline.erased to throughline_service;
grant select, insert, update, delete on timeline.erased to throughline_projector;

-- Whose words they are, so that they go with any of them. What was found before is made anew: it did not know.
alter table timeline.found_word add column owners uuid[] not null default '{}';
create index found_word_owners on timeline.found_word using gin (owners);
truncate timeline.found_word, timeline.found_name;
update read_model.checkpoint set position = 0, turn = turn + 1 where projection = 'search';
