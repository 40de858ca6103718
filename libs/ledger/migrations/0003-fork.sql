-- Two restores of one dump both begin the next epoch, and differ in what comes then: an id, made anew with every fork, tells
-- them apart. The forks of before have none.
alter table ledger.fork add column id uuid;
alter table ledger.fork alter column id set default gen_random_uuid();

-- A batch's hash: SHA-256 over the hash before it, the hash of its own columns and of its fork's id, where it has one, and
-- its leaves in order, 32 bytes each. A ledger that was appended to before its first fork was noted has no id there.
create or replace function ledger.link(b ledger.batch, leaves bytea) returns bytea language sql stable parallel safe
return sha256(b.prev_hash || sha256(convert_to(concat_ws(E'\x1e', b.first_position, b.last_position,
  ledger.micros(b.recorded_at), b.writer, b.flush, b.epoch,
  (select f.id from ledger.fork f where f.epoch = b.epoch and f.after_position < b.first_position)), 'UTF8')) || leaves);
