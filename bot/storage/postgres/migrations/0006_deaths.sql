-- How many processes died with the update in hand.
alter table inbox add column deaths smallint not null default 0;
