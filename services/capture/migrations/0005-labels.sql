-- What tells quarantined items apart, sealed under the key of the item: sender, subject, and the file where it came from.
alter table capture.quarantine
  add column label bytea,
  add column label_keys text[] collate "C",
  add constraint quarantine_label check (num_nulls(label, label_keys) in (0, 2));
