-- Why and since when a chat cannot be reached, and threads to which nothing can be sent for now.
alter table chat
    add column lost_at timestamptz,
    add column lost_by text,
    add column pauses json;  -- null: none

-- A delivery may wait for the end of a pause (waits = 'p').
alter table tally add column paused bigint not null default 0;

-- Why deliveries failed, by alert.
create table failure (
    alert_id bigint not null,
    reason   text collate "C" not null,
    detail   text collate "C" not null,
    count    bigint not null,
    primary key (alert_id, reason, detail)
);

-- A private chat has one list, whatever its topics.
insert into subscription (chat_id, thread, scope, schedule)
select distinct on (s.chat_id, s.scope) s.chat_id, 0, s.scope, s.schedule
from subscription s join chat c on c.id = s.chat_id
where c.kind = 'private' and s.thread <> 0 order by s.chat_id, s.scope, s.thread
on conflict do nothing;
delete from subscription s using chat c
where c.id = s.chat_id and c.kind = 'private' and s.thread <> 0;
