-- What a private chat was about a moment ago, so that "sources?" has a meaning in any process.
-- Not logged: it is worth nothing after a crash.
create unlogged table context (
    chat_id  bigint primary key,
    document json not null,
    until    timestamptz not null
) with (fillfactor = 50);

-- Unanswered questions, without whoever asked.
create table gap (
    text  text collate "C" not null,
    day   date not null,
    count bigint not null,
    primary key (text, day)
);
