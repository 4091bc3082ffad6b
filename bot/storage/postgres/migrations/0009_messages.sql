-- The message that brought an alert, which a correction answers; and whether it is a digest.
alter table recipient add column message bigint, add column digest boolean not null default false;
