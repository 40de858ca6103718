-- What is quarantined and nobody wants: who said so, when and why. Its bytes stay.
alter table capture.quarantine
  add column dismissed_at timestamptz,
  add column dismissed_by text collate "C",
  add column dismissed_because text collate "C",
  add constraint quarantine_dismissed check (num_nulls(dismissed_at, dismissed_by, dismissed_because) in (0, 3));
create index quarantine_open on capture.quarantine (tenant, received_at, id) where dismissed_at is null;
-- What is open is counted over all tenants, as before.
grant select (dismissed_at) on capture.quarantine to throughline_projector;
