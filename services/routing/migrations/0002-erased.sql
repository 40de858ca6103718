-- Up to where what was said in a conversation is no part of its matter: it was somebody's who was erased.
alter table routing.choice add column after bigint;
-- Whose tasks are to be cancelled.
create index task_subject on routing.task (tenant, subject);
