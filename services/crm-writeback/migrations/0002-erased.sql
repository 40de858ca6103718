-- Who is erased: nothing of theirs is planned, attempted or remembered any more.
create table writeback.erased (
  tenant text collate "C" not null,
  handle uuid not null,
  position bigint not null,
  primary key (tenant, handle)
);
alter table writeback.erased enable row level security;
alter table writeback.erased force row level security;
create policy tenant on writeback.erased using (tenant = current_setting('throughline.tenant', true));
grant select on writeback.erased to throughline_service;
grant select, insert, update, delete on writeback.erased to throughline_projector;

-- What CRMs know them by goes with them.
grant delete on writeback.contact to throughline_projector;

-- What there was before is made anew: it did not know.
truncate writeback.delivery, writeback.step, writeback.person;
update read_model.checkpoint set position = 0, turn = turn + 1 where projection = 'writeback';
