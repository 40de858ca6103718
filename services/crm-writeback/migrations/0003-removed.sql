-- A connection that was removed stays for the names of what was written to it: without its secret, and its own name is free again.
alter table writeback.connection
  drop constraint connection_state_check,
  add constraint connection_state_check check (state in ('active', 'paused', 'removed')),
  drop constraint connection_tenant_name_key,
  add column removed_by text collate "C",
  add constraint connection_removed_by check ((state = 'removed') = (removed_by is not null)),
  add constraint connection_without_secret check (state <> 'removed' or (keys = '{}' and sealed = ''));
create unique index connection_name on writeback.connection (tenant, name) where state <> 'removed';
