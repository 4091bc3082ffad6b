-- Times of the domain are handed in by the bot; the clock of the database counts only for
-- whether a process is alive. A thread of 0 stands for none.

create table chat (
    id            bigint primary key,
    kind          text not null,
    locale        text,
    client_locale text,
    active        boolean not null,
    title         text not null,
    since         timestamptz,
    timing        json  -- null: no wishes
);

create table subscription (
    chat_id  bigint not null references chat on delete cascade,
    thread   bigint not null,
    scope    text collate "C" not null,
    schedule json,  -- null: the chat's own
    primary key (chat_id, thread, scope)
);
-- An audience is read from this index alone, already in the order of chats.
create index subscription_scope on subscription (scope, chat_id, thread);

create sequence change_ids;
create sequence alert_ids;

create table alert (
    id           bigint primary key,
    change_id    bigint not null unique,
    provision    text collate "C" not null,
    made_at      timestamptz not null,
    ready_at     timestamptz not null,
    scopes       text[] not null,
    withdrawn_by bigint,  -- the correction that takes it back
    document     json not null
);

-- How far each alert has come. Narrow and by itself: it is written with every batch of outcomes.
create table tally (
    alert_id  bigint primary key,
    remaining bigint not null,
    sent      bigint not null default 0,
    failed    bigint not null default 0,
    cancelled bigint not null default 0,
    later     bigint not null default 0,  -- of the remaining: waits for a digest
    repeated  bigint not null default 0,
    forgotten boolean not null default false  -- who got it is not kept any more
) with (fillfactor = 20);

-- What is still to be made. No foreign keys: they would cost an audience as much as it itself
-- does, and the rows are written in the same transactions as what they refer to.
create table delivery (
    chat_id  bigint not null,
    thread   bigint not null,
    alert_id bigint not null,
    due      timestamptz not null,  -- never before the alert is ready
    attempts integer not null default 0,
    waits    "char" not null default 'n',  -- n: for its turn, l: for a digest, f: after a failure
    maybe    boolean not null default false,  -- a copy may have arrived
    detail   text not null default '',
    primary key (chat_id, thread, alert_id)
) with (
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0
);
create index delivery_due on delivery (alert_id, due);

-- What was made or given up, for as long as a correction may need it.
create table recipient (
    chat_id  bigint not null,
    thread   bigint not null,
    alert_id bigint not null,
    state    "char" not null,  -- s: sent, c: cancelled, a sender may still report it, f: failed
    maybe    boolean not null default false,
    primary key (chat_id, thread, alert_id)
);
-- Rows come in the order of alerts, so that a coarse index finds them and costs next to nothing.
create index recipient_alert on recipient using brin (alert_id)
    with (pages_per_range = 16, autosummarize = on);

-- A process that works on this database. It holds an advisory lock on its id as long as it is
-- connected, and moves `alive_until` on: whoever does neither is dead.
create table process (
    id          bigint generated always as identity primary key,
    alive_until timestamptz not null
) with (fillfactor = 20);

-- Addresses that a sender has in hand: nothing else of one is claimed meanwhile.
create table claim (
    chat_id bigint not null,
    thread  bigint not null,
    owner   bigint not null,
    alerts  bigint[] not null,
    stale   boolean not null default false,  -- the chat's wishes changed since
    primary key (chat_id, thread)
) with (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

-- Groups that became supergroups: a sender may still report on the old id.
create table moved (
    old_id bigint primary key,
    new_id bigint not null
);
create index moved_new_id on moved (new_id);

create table draft (
    user_id  bigint primary key,
    document json not null
);

create table fact (
    key   text collate "C" primary key,
    value text not null
);

create table audit (
    number  bigint generated always as identity primary key,
    made_at timestamptz not null,
    made_by bigint not null,
    action  text not null,
    detail  text not null
);

create table handled (
    update_id bigint primary key,
    at        timestamptz not null
);
create index handled_at on handled using brin (at);
