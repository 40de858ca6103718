-- Whose person is erased stays known, so that no later event brings them back. No projection knew an erasure before.
alter table identity.handle add column erased boolean not null default false;
