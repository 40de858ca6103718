-- The answers that are due next, of all customers of a tenant.
create index promise_due_next on routing.promise (tenant, due, promise) where state = 'open';
