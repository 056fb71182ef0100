-- Writes the run into the log: complete only when its counts add up to what it was to send and nothing is unprocessed; with rows that wait
-- incomplete, and the message says how many and who sends them. That all rows were rejected is said first. Answers the state. Part of the
-- caller's transaction.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.note_dynamo_end(sync varchar, run varchar, failure varchar, code varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: note_dynamo_end'
    execute as owner
    as
    $$
declare
    state varchar default null;
begin
    insert into dynamo_sync_log (
        run, sync_name, target_table, called_by, query_id, state, failure_code, route, load_runs, read_rows, unchanged, put_rows, delete_rows,
        written, deleted, superseded, stale, rejected, unprocessed, write_units, started_at, ended_at, seconds, message
    )
    with
    counted as (
        select
            runs.*,
            syncs.target_table,
            coalesce(counts.written, 0) as written,
            coalesce(counts.deleted, 0) as deleted,
            coalesce(counts.superseded, 0) as superseded,
            coalesce(counts.stale, 0) as stale,
            coalesce(counts.unchanged, 0) as sent_unchanged,
            coalesce(counts.rejected, 0) as rejected,
            coalesce(counts.unprocessed, 0) as unprocessed,
            coalesce(runs.held_rows, 0) + coalesce(counts.rejected, 0) as rejected_rows,
            coalesce(runs.put_rows, 0) + coalesce(runs.delete_rows, 0) as sent_rows,
            case
                when syncs.is_paused then 'the next run sends them (the sync is paused)'
                when syncs.failing_since < dateadd('hour', -1, current_timestamp())
                    then 'the sweep tries again after a quarter of the time since the first failure, or the next run'
                else 'the sweep sends them within minutes, or the next run'
            end as who_sends
        from dynamo_sync_open_runs as runs
        inner join dynamo_sync_definitions as syncs
            on runs.sync_name = syncs.sync_name
        left join dynamo_sync_counted_results as counts
            on runs.run = counts.run
        where runs.run = :run
    ),
    judged as (
        select
            *,
            iff(
                :failure is null,
                greatest(unprocessed, sent_rows - written - deleted - superseded - stale - sent_unchanged - rejected),
                unprocessed
            ) as waiting_rows
        from counted
    )
    select
        run,
        sync_name,
        target_table,
        called_by,
        query_id,
        case when :failure is not null then 'failed' when waiting_rows > 0 then 'incomplete' else 'complete' end,
        iff(:failure is null, null, :code),
        coalesce(route, 'push'),
        load_runs,
        coalesce(read_rows, 0),
        coalesce(unchanged, 0) + sent_unchanged,
        coalesce(put_rows, 0),
        coalesce(delete_rows, 0),
        written,
        deleted,
        superseded,
        stale,
        rejected,
        waiting_rows,
        (select sum(loads.write_units) from dynamo_sync_load_counts as loads where loads.run = :run),
        started_at,
        current_timestamp(),
        datediff('millisecond', started_at, current_timestamp()) / 1000,
        nullif(substr(
            coalesce('; ' || :failure, '')
            || iff(
                rejected > 0 and written + deleted + stale + sent_unchanged + waiting_rows = 0 and :failure is null,
                '; warning: nothing was written, all rows that were sent were rejected',
                ''
            )
            || coalesce('; ' || note, '')
            || iff(
                rejected_rows > 0 and :failure is null,
                '; ' || rejected_rows::varchar || ' rejected, sent again when they change or by option redrive: see dynamo_sync_failures',
                ''
            )
            || iff(waiting_rows > 0, '; ' || waiting_rows::varchar || ' unprocessed: ' || who_sends, ''),
            3
        ), '')
    from judged;
    state := (select logged.state from dynamo_sync_log as logged where logged.run = :run);
    return state;
end
$$;
