-- How much is in quarantine is counted over all tenants, by the role that sees all of them, and nothing else of it is seen.
grant select (tenant) on capture.quarantine to throughline_projector;
