-- What stands beside a projection may be made by several workers, each with a checkpoint of its own until all have met.
-- The projectors' role deletes no other checkpoint, and so cannot have that table moved.
create function read_model.drop_shares(of text) returns void language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
  delete from read_model.checkpoint where projection = of || '.beside' and partition <> 'ledger';
end;
revoke all on function read_model.drop_shares from public;
grant execute on function read_model.drop_shares to throughline_projector;
