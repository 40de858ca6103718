-- The event at the position, in one word that begins with it: by it a projection finds out that the ledger has another one
-- there by now, where it was restored to an earlier time and these rows were not.
alter table read_model.checkpoint add column ground text;
