-- The conversation that a matter began with.
alter table routing.matter add column conversation uuid;
