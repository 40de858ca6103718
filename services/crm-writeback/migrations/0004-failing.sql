-- Since when what is written for a contact fails; null where it does not.
alter table writeback.lane add column failing_since timestamptz;
