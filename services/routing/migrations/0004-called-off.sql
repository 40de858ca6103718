-- What was called off in a conversation: an interaction that was withdrawn, or all that was still to come at a time.
create table routing.called_off (
  tenant text collate "C" not null,
  conversation uuid not null,
  position bigint not null,
  interaction uuid,
  since timestamptz,
  primary key (tenant, conversation, position)
);
alter table routing.called_off enable row level security;
alter table routing.called_off force row level security;
create policy tenant on routing.called_off using (tenant = current_setting('throughline.tenant', true));
grant select on routing.called_off to throughline_service;
grant select, insert, update, delete on routing.called_off to throughline_projector;
