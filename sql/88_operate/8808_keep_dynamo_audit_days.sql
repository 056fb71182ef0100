-- Sums up the facts of the audit that have arrived since the last time, but for those of the last hour, which others may still bring; within a
-- day of the last time it does nothing. Runs of syncs, copy_dynamo_events and the alert call it: no task of its own, nothing at rest.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.keep_dynamo_audit_days()
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: keep_dynamo_audit_days'
    execute as owner
    as
    $$
declare
    counted_from timestamp_ltz default null;
    counted_to timestamp_ltz default null;
    is_due boolean default null;
begin
    counted_from := (select max(counted_until) from dynamo_audit_day_counts);
    is_due := (select coalesce(:counted_from < dateadd('day', -1, current_timestamp()), true));
    if (not is_due) then
        return null;
    end if;
    counted_to := (select dateadd('hour', -1, current_timestamp()));
    insert into dynamo_audit_day_counts (
        day, activity, target_table, read_rows, written, deleted, superseded, stale, unchanged, rejected, unprocessed, write_units, dollars,
        counted_until
    )
    select
        day,
        activity,
        target_table,
        sum(read_rows),
        sum(written),
        sum(deleted),
        sum(superseded),
        sum(stale),
        sum(unchanged),
        sum(rejected),
        sum(unprocessed),
        sum(write_units),
        sum(dollars),
        :counted_to
    from dynamo_audit_facts
    where loaded_at <= :counted_to and (:counted_from is null or loaded_at > :counted_from)
    group by day, activity, target_table;
    return null;
end
$$;
