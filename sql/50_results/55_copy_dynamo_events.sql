-- CALL copy_dynamo_events(): has the pipe look for lines of audit/ that no event has announced, of the last seven days; what it has copied
-- already it does not copy again. For buckets that tell no queue, and after a gap. It also sums up the days that are over (dynamo_audit_days).
-- https://docs.snowflake.com/en/sql-reference/sql/alter-pipe
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.copy_dynamo_events()
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: copy_dynamo_events'
    execute as owner
    as
    $$
declare
    statement varchar default null;
begin
    -- What the task of 0.1.0 copied, the pipe does not know of. Lines of the ten minutes around its end may come twice; the views count them once.
    -- MODIFIED_AFTER takes the last seven days.
    statement := (
        select 'alter pipe load_events_pipe refresh modified_after = ''' || to_varchar(
            greatest(
                coalesce(dateadd('minute', -10, max(done_at)), '2000-01-01'::timestamp_ltz),
                dateadd('hour', -167, current_timestamp())
            ),
            'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM'
        ) || ''''
        from dynamo_upgrades
        where step = '653_audit_by_pipe'
    );
    execute immediate :statement;
    call keep_dynamo_audit_days();
    return 'The lines of audit/ are on their way into load_events.';
end
$$;

grant usage on procedure <% database %>.<% schema %>.copy_dynamo_events() to role <% user_role %>;
