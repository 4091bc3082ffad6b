-- Threads that are gone, and the one that gets what each of them followed.
alter table chat add column routes json;  -- null: none
