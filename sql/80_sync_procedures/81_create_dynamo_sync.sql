-- CALL create_dynamo_sync(name, source, DynamoDB table, key columns, options): a sync, its stream and its task.
-- The source is read with the rights of the owner role and from its schema: give its full name, and grant SELECT to that role.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.create_dynamo_sync(
    sync varchar,
    source varchar,
    target varchar,
    key array,
    options object default null
)
    returns varchar
    language sql
    comment = 'push_to_dynamo: create_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    given varchar default null;
    flaw varchar default null;
    columns varchar default null;
    named varchar default null;
    described varchar default null;
    from_source varchar default null;
    key_text varchar default null;
    push varchar default null;
    capture varchar default null;
    schedule varchar default null;
    answer varchar default null;
    task_clause varchar default null;
    ignored varchar default null;
begin
    given := coalesce(to_json(options), '{}');
    key_text := coalesce(to_json(key), '[]');
    if (not regexp_like(coalesce(sync, ''), '[A-Za-z][A-Za-z0-9_]{0,63}')) then
        ignored := (select dynamo_sync_refuse('the name of a sync is 1 to 64 letters, digits or _, the first a letter'));
    end if;
    if (exists (select 1 from dynamo_sync_definitions where upper(sync_name) = upper(:sync))) then
        ignored := (
            select dynamo_sync_refuse(
                'sync ''' || :sync || ''' exists already: CALL drop_dynamo_sync(''' || :sync || ''') first'
            )
        );
    end if;

    -- Options: unknown names with the nearest one, wrong values with what is allowed.
    flaw := (
        with
        known as (
            select value::varchar as option_name
            from table(flatten(input => split('capture,schedule,mirror,max_delete_share,bulk_above,push', ',')))
        ),
        unknown as (
            select
                given_options.key as option_name,
                min_by(known.option_name, editdistance(known.option_name, given_options.key)) as meant,
                min(editdistance(known.option_name, given_options.key)) as distance
            from table(flatten(input => parse_json(:given))) as given_options
            cross join known
            group by given_options.key
            having min(editdistance(known.option_name, given_options.key)) > 0
        ),
        wrong as (
            select
                case asked.key
                    when 'capture' then iff(asked.value::varchar in ('stream', 'diff', 'full'), null, '''stream'', ''diff'' or ''full''')
                    when 'schedule' then iff(
                        regexp_like(
                            asked.value::varchar,
                            '([1-9][0-9]{0,4} (second|minute|hour)s?|cron( [0-9*,/LA-Z#-]+){5}( [A-Za-z_]+(/[A-Za-z_+-]+)*)?|on change)',
                            'i'
                        ),
                        null,
                        '''10 minutes'', ''cron 0 6 * * * UTC'' or ''on change'''
                    )
                    when 'mirror' then iff(typeof(asked.value) = 'BOOLEAN', null, 'true or false')
                    when 'max_delete_share' then iff(
                        typeof(asked.value) in ('INTEGER', 'DECIMAL', 'DOUBLE') and try_to_double(asked.value::varchar) between 0 and 1,
                        null,
                        'a number from 0 to 1'
                    )
                    when 'bulk_above' then iff(
                        typeof(asked.value) = 'INTEGER' and try_to_double(asked.value::varchar) >= 0, null, 'a whole number of rows'
                    )
                    when 'push' then iff(typeof(asked.value) = 'OBJECT', null, 'an object of push options')
                end as allowed,
                asked.key as option_name
            from table(flatten(input => parse_json(:given))) as asked
            where typeof(asked.value) <> 'NULL_VALUE'
        )
        select min(message)
        from (
            select
                iff(
                    distance <= greatest(2, floor(length(option_name) / 3)),
                    'unknown option ' || option_name || ': did you mean ' || meant || '?',
                    'unknown option ' || option_name
                    || '; the options are capture, schedule, mirror, max_delete_share, bulk_above, push'
                ) as message
            from unknown
            union all
            select 'option ' || option_name || ' takes ' || allowed as message
            from wrong
            where allowed is not null
        )
    );
    push := (select coalesce(to_json(as_object(parse_json(:given)['push'])), '{}'));
    capture := (select coalesce(parse_json(:given)['capture']::varchar, 'diff'));
    schedule := (select parse_json(:given)['schedule']::varchar);
    if (flaw is null and lower(schedule) = 'on change' and capture <> 'stream') then
        flaw := 'schedule ''on change'' needs capture ''stream''';
    end if;
    if (flaw is null and parse_json(push):dry_run is not null) then
        flaw := 'push option dry_run: use preview_dynamo_sync';
    end if;
    if (flaw is null and coalesce(parse_json(push):mode::varchar, 'put') = 'delete') then
        flaw := 'push option mode takes ''put'' or ''update'' in a sync; option mirror deletes';
    end if;
    if (flaw is not null) then
        ignored := (select dynamo_sync_refuse(:flaw));
    end if;

    -- The source: a name, or a query that goes into parentheses.
    named := rtrim(trim(source), ';');
    if (regexp_like(named, '("[^"]+"|[A-Za-z_][A-Za-z0-9_$]*)([.]("[^"]+"|[A-Za-z_][A-Za-z0-9_$]*)){0,2}')) then
        from_source := named;
    elseif (regexp_like(named, '[[:space:](]*(select|with)[[:space:]].*', 'is')) then
        from_source := '(' || named || '\n)';
        if (capture = 'stream') then
            ignored := (select dynamo_sync_refuse('capture ''stream'' needs a table or view, not a query'));
        end if;
    else
        ignored := (
            select dynamo_sync_refuse(
                'the source is neither the name of a table or view nor a query (SELECT … or WITH …)'
            )
        );
    end if;
    statement := 'select * from ' || from_source || ' limit 0';
    execute immediate :statement;
    described := sqlid;
    statement := 'describe result ''' || described || '''';
    execute immediate :statement;
    described := sqlid;
    -- Key columns by the names they have in the source; letter case does not matter where it leaves one choice.
    columns := (
        with
        held as (
            select "name" as column_name from table(result_scan(:described))
        ),
        asked as (
            select
                index,
                value::varchar as asked_name
            from table(flatten(input => parse_json(:key_text)))
        ),
        found as (
            select
                asked.index,
                min(asked.asked_name) as asked_name,
                count_if(held.column_name = asked.asked_name) as exact,
                count(held.column_name) as alike,
                coalesce(min(iff(held.column_name = asked.asked_name, held.column_name, null)), min(held.column_name))
                    as column_name
            from asked
            left join held
                on upper(held.column_name) = upper(asked.asked_name)
            group by asked.index
        )
        select
            iff(
                count(*) > 0 and count_if(exact = 0 and alike <> 1) = 0 and count(distinct column_name) = count(*),
                to_json(array_agg(column_name) within group (order by index)),
                'the source has no column ' || coalesce(min(iff(exact = 0 and alike <> 1, asked_name, null)), 'of the key')
            )
        from found
    );
    if (columns is null or not startswith(columns, '[')) then
        ignored := (select dynamo_sync_refuse(:columns));
    end if;

    -- The row API says, without a write, whether it knows the table and takes the options.
    answer := (
        select to_json(push_to_dynamo(
            :target, object_construct(), object_insert(parse_json(:push)::object, 'dry_run', true, true)
        ))
    );
    if (coalesce(parse_json(answer):code::varchar, '') in ('unknown_table', 'table_not_allowed', 'invalid_options')) then
        flaw := parse_json(answer):code::varchar || ': ' || parse_json(answer):message::varchar;
        ignored := (select dynamo_sync_refuse(:flaw));
    end if;

    if (capture = 'stream') then
        -- With all rows as the first changes. A stream names what it is on.
        begin
            statement := 'create stream dynamo_sync_stream_' || sync || ' on table ' || named || ' show_initial_rows = true';
            execute immediate :statement;
        exception
            when other then
                statement := 'create stream dynamo_sync_stream_' || sync || ' on view ' || named || ' show_initial_rows = true';
                execute immediate :statement;
        end;
    end if;
    insert into dynamo_sync_definitions (
        sync_name, source, target_table, key_columns, capture, schedule, mirror, max_delete_share, bulk_above, push,
        is_paused, created_by, created_at, is_redrive, delete_share
    )
    select
        :sync,
        :named,
        :target,
        :columns,
        :capture,
        :schedule,
        coalesce(parse_json(:given):mirror::boolean, false),
        coalesce(parse_json(:given):max_delete_share::number(9, 8), 0.2),
        coalesce(parse_json(:given):bulk_above::number(38, 0), 100000),
        :push,
        false,
        current_user(),
        current_timestamp(),
        false,
        coalesce(parse_json(:given):max_delete_share::number(9, 8), 0.2);

    if (schedule is null) then
        return 'Sync ' || sync || ' created: CALL run_dynamo_sync(''' || sync || ''') runs it.';
    end if;
    task_clause := (
        select case
            when lower(:schedule) = 'on change' then 'when system$stream_has_data(''dynamo_sync_stream_' || :sync || ''')'
            when lower(:schedule) like 'cron %'
                then 'schedule = ''USING CRON ' || substr(:schedule, 6) || iff(regexp_count(trim(:schedule), ' +') < 6, ' UTC', '')
                    || ''''
            else 'schedule = ''' || upper(:schedule) || ''''
        end
    );
    -- Tasks do not overlap unless told to, and one that keeps failing suspends itself. A run that waits for a load may
    -- take as long as it holds its sync: six hours.
    statement := 'create task dynamo_sync_task_' || sync || ' warehouse = <% warehouse %> '
        || iff(lower(schedule) = 'on change', '', task_clause)
        || ' user_task_timeout_ms = 21600000 suspend_task_after_num_failures = 10 comment = ''push_to_dynamo: sync ' || sync || ''' '
        || iff(lower(schedule) = 'on change', task_clause, '')
        || ' as call run_dynamo_sync(''' || sync || ''', object_construct(''fail'', true))';
    begin
        execute immediate :statement;
        statement := 'alter task dynamo_sync_task_' || sync || ' resume';
        execute immediate :statement;
    exception
        -- A time zone that Snowflake does not know, or a task that may not run: no sync is left behind without its task.
        when other then
            call drop_dynamo_sync(:sync);
            raise;
    end;
    return 'Sync ' || sync || ' created. Its task runs it.';
end
$$;
