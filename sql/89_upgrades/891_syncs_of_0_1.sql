-- Upgrade from 0.1.0: what its syncs remember, in today's form. Keys in the order of the key columns; keys that a run was sending when it
-- was cut off are in doubt. Rows are hashed otherwise now, so that the next run sends every row once with skip_unchanged (option adopt):
-- it reads, and writes what differs. Streams are kept; their next run compares everything, since they may hold rows that share a key.
-- A run of the old version that is at work keeps its sync until it ends or run_until has passed.
-- Run by: the owner role.   Leaves: the same syncs, with what they know.

use role <% owner_role %>;

use warehouse <% warehouse %>;

use schema <% database %>.<% schema %>;

insert into <% database %>.<% schema %>.dynamo_sync_doubts (sync_name, item_key, is_due)
select distinct
    sync_name,
    item_key,
    true
from <% database %>.<% schema %>.dynamo_sync_sending
where run is null and has_key;

delete from <% database %>.<% schema %>.dynamo_sync_sending where run is null;

update <% database %>.<% schema %>.dynamo_sync_snapshot
set item_key = rewritten.new_key
from (
    select
        known.sync_name,
        known.item_key,
        '{' || listagg(
            to_json(to_variant(columns.value::varchar)) || ':' || case typeof(get(parse_json(known.item_key), columns.value::varchar))
                when 'DOUBLE'
                    then '"' || <% database %>.<% schema %>.dynamo_sync_float(get(parse_json(known.item_key), columns.value::varchar)::float) || '"'
                else coalesce(to_json(get(parse_json(known.item_key), columns.value::varchar)), 'null')
            end,
            ','
        ) within group (order by columns.index) || '}' as new_key
    from (select distinct sync_name, item_key from <% database %>.<% schema %>.dynamo_sync_snapshot) as known
    inner join <% database %>.<% schema %>.dynamo_sync_definitions as syncs
        on known.sync_name = syncs.sync_name,
        lateral flatten(input => parse_json(syncs.key_columns)) as columns
    group by known.sync_name, known.item_key
) as rewritten
where dynamo_sync_snapshot.sync_name = rewritten.sync_name and dynamo_sync_snapshot.item_key = rewritten.item_key;

update <% database %>.<% schema %>.dynamo_sync_doubts
set item_key = rewritten.new_key
from (
    select
        known.sync_name,
        known.item_key,
        '{' || listagg(
            to_json(to_variant(columns.value::varchar)) || ':' || case typeof(get(parse_json(known.item_key), columns.value::varchar))
                when 'DOUBLE'
                    then '"' || <% database %>.<% schema %>.dynamo_sync_float(get(parse_json(known.item_key), columns.value::varchar)::float) || '"'
                else coalesce(to_json(get(parse_json(known.item_key), columns.value::varchar)), 'null')
            end,
            ','
        ) within group (order by columns.index) || '}' as new_key
    from (select distinct sync_name, item_key from <% database %>.<% schema %>.dynamo_sync_doubts) as known
    inner join <% database %>.<% schema %>.dynamo_sync_definitions as syncs
        on known.sync_name = syncs.sync_name,
        lateral flatten(input => parse_json(syncs.key_columns)) as columns
    group by known.sync_name, known.item_key
) as rewritten
where dynamo_sync_doubts.sync_name = rewritten.sync_name and dynamo_sync_doubts.item_key = rewritten.item_key;

update <% database %>.<% schema %>.dynamo_sync_outbox
set item_key = rewritten.new_key
from (
    select
        known.sync_name,
        known.item_key,
        '{' || listagg(
            to_json(to_variant(columns.value::varchar)) || ':' || case typeof(get(parse_json(known.item_key), columns.value::varchar))
                when 'DOUBLE'
                    then '"' || <% database %>.<% schema %>.dynamo_sync_float(get(parse_json(known.item_key), columns.value::varchar)::float) || '"'
                else coalesce(to_json(get(parse_json(known.item_key), columns.value::varchar)), 'null')
            end,
            ','
        ) within group (order by columns.index) || '}' as new_key
    from (select distinct sync_name, item_key from <% database %>.<% schema %>.dynamo_sync_outbox) as known
    inner join <% database %>.<% schema %>.dynamo_sync_definitions as syncs
        on known.sync_name = syncs.sync_name,
        lateral flatten(input => parse_json(syncs.key_columns)) as columns
    group by known.sync_name, known.item_key
) as rewritten
where dynamo_sync_outbox.sync_name = rewritten.sync_name and dynamo_sync_outbox.item_key = rewritten.item_key;

update <% database %>.<% schema %>.dynamo_sync_failed
set item_key = rewritten.new_key
from (
    select
        known.sync_name,
        known.item_key,
        '{' || listagg(
            to_json(to_variant(columns.value::varchar)) || ':' || case typeof(get(parse_json(known.item_key), columns.value::varchar))
                when 'DOUBLE'
                    then '"' || <% database %>.<% schema %>.dynamo_sync_float(get(parse_json(known.item_key), columns.value::varchar)::float) || '"'
                else coalesce(to_json(get(parse_json(known.item_key), columns.value::varchar)), 'null')
            end,
            ','
        ) within group (order by columns.index) || '}' as new_key
    from (select distinct sync_name, item_key from <% database %>.<% schema %>.dynamo_sync_failed) as known
    inner join <% database %>.<% schema %>.dynamo_sync_definitions as syncs
        on known.sync_name = syncs.sync_name,
        lateral flatten(input => parse_json(syncs.key_columns)) as columns
    group by known.sync_name, known.item_key
) as rewritten
where dynamo_sync_failed.sync_name = rewritten.sync_name and dynamo_sync_failed.item_key = rewritten.item_key;

-- Adopt is empty in the syncs of before alone. Without a schedule they had no task; now start_dynamo_sync runs it.
execute immediate
$$
declare
    statement varchar default null;
    next_sync varchar default null;
begin
    begin
        statement := 'update dynamo_sync_definitions set held_by = run, held_since = current_timestamp(), held_until = run_until'
            || ' where adopt is null and run is not null and run_until > current_timestamp()';
        execute immediate :statement;
    exception
        -- A table that this version made has no such columns, and no such runs.
        when other then
            statement := null;
    end;
    next_sync := (select min(sync_name) from dynamo_sync_definitions where adopt is null and schedule is null);
    while (next_sync is not null) do
        call make_dynamo_task(:next_sync);
        next_sync := (
            select min(sync_name)
            from dynamo_sync_definitions
            where adopt is null and schedule is null and sync_name > :next_sync
        );
    end while;
    update dynamo_sync_definitions
    set
        interval_seconds = dynamo_sync_interval(schedule),
        next_capture = iff(capture = 'stream', 'diff', null),
        last_run = ended.run,
        last_state = ended.state,
        last_ended_at = ended.ended_at
    from (
        select
            syncs.sync_name,
            max_by(runs.run, runs.ended_at) as run,
            max_by(runs.state, runs.ended_at) as state,
            max(runs.ended_at) as ended_at
        from dynamo_sync_definitions as syncs
        left join dynamo_sync_log as runs
            on syncs.sync_name = runs.sync_name
        where syncs.adopt is null
        group by syncs.sync_name
    ) as ended
    where dynamo_sync_definitions.sync_name = ended.sync_name;
    update dynamo_sync_definitions set adopt = true where adopt is null;
    call rest_dynamo_sweep();
    return null;
end
$$;

insert into <% database %>.<% schema %>.dynamo_upgrades (step, done_at)
select
    '891_syncs_of_0_1',
    current_timestamp()
where not exists (select step from <% database %>.<% schema %>.dynamo_upgrades where step = '891_syncs_of_0_1');
