-- How much of the rate each process may use, in calls a second, and until when. A row outlives its
-- process, whose connection may be gone while it still sends.
create table share (
    owner bigint primary key,
    rate  double precision not null,
    until timestamptz not null
) with (fillfactor = 20);
