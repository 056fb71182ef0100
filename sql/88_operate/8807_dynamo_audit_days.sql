-- Rows by result, write units and dollars by day (UTC), activity (push, load, sync) and table; each row counts once, so that sums over all
-- activities are right. What is summed up already, and the facts since then: the cost of a read does not grow with what was ever pushed.
-- Reads: dynamo_audit_day_counts, dynamo_audit_facts.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_audit_days copy grants as
with

summed as (
    select max(counted_until) as until
    from dynamo_audit_day_counts
),

parts as (
    select
        day,
        activity,
        target_table,
        read_rows,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed,
        write_units,
        dollars
    from dynamo_audit_day_counts
    union all
    select
        facts.day,
        facts.activity,
        facts.target_table,
        facts.read_rows,
        facts.written,
        facts.deleted,
        facts.superseded,
        facts.stale,
        facts.unchanged,
        facts.rejected,
        facts.unprocessed,
        facts.write_units,
        facts.dollars
    from dynamo_audit_facts as facts
    cross join summed
    where summed.until is null or facts.loaded_at > summed.until
)

select
    day,
    activity,
    target_table,
    sum(read_rows) as "READ",
    sum(written) as written,
    sum(deleted) as deleted,
    sum(superseded) as superseded,
    sum(stale) as stale,
    sum(unchanged) as unchanged,
    sum(rejected) as rejected,
    sum(unprocessed) as unprocessed,
    sum(write_units) as write_units,
    sum(dollars) as dollars
from parts
group by day, activity, target_table;

grant select on view <% database %>.<% schema %>.dynamo_audit_days to role <% user_role %>;
