-- Updates that came by a webhook and are not handled yet. What people write is in them, as it
-- came; each is deleted in the transaction that notes it as handled.
create table inbox (
    update_id bigint primary key,
    lane      bigint not null,  -- the chat, or the person: handled in order
    document  bytea not null,
    owner     bigint,           -- the process that has it in hand
    at        timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
