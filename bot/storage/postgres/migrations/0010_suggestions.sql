-- What the feeds brought that may be about a provision.
create table suggestion (
    id       text primary key,
    found_at timestamptz not null,
    document json not null
);
