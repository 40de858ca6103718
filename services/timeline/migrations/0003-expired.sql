-- When words were sealed, so that they go with their quarter. What was found before is made anew: it did not know.
truncate timeline.found_word, timeline.found_name;
alter table timeline.found_word add column quarter text collate "C" not null;
alter table timeline.found_name
  add column quarter text collate "C" not null,
  drop constraint found_name_pkey,
  add primary key (tenant, party, spelling, quarter);
update read_model.checkpoint set position = 0, turn = turn + 1 where projection = 'search';
