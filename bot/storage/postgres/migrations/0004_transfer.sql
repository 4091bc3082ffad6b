-- A move into this database that is not finished: of what, and how many documents are here.
create table transfer (
    fingerprint text not null,
    done        bigint not null
);
