-- Days that have been summed up, a row a day, activity and table of each time: what a reader of dynamo_audit_days need not count again.
-- counted_until: facts that had arrived by then are in it.
-- Run by: the owner role.   Leaves: a table.

use role <% owner_role %>;

create table if not exists <% database %>.<% schema %>.dynamo_audit_day_counts (
    day date,
    activity varchar,
    target_table varchar,
    read_rows number(38, 0),
    written number(38, 0),
    deleted number(38, 0),
    superseded number(38, 0),
    stale number(38, 0),
    unchanged number(38, 0),
    rejected number(38, 0),
    unprocessed number(38, 0),
    write_units float,
    dollars float,
    counted_until timestamp_ltz
)
comment = 'push_to_dynamo: the audit by day';
