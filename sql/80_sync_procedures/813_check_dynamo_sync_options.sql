-- What is wrong with options (JSON of an object), or NULL: unknown names with the nearest one, wrong values with what is allowed.
-- The rules are rows of dynamo_sync_option_rules.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.check_dynamo_sync_options(taken_by varchar, given varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: check_dynamo_sync_options'
    execute as owner
    as
    $$
declare
    flaw varchar default null;
begin
    flaw := (
        with
        known as (
            select
                option_name,
                takes,
                allowed,
                place
            from dynamo_sync_option_rules
            where taken_by = :taken_by
        ),
        asked as (
            select
                key as option_name,
                value as option_value
            from table(flatten(input => parse_json(:given)))
        ),
        measured as (
            select
                asked.option_name,
                min_by(known.option_name, editdistance(known.option_name, asked.option_name)) as meant,
                min(editdistance(known.option_name, asked.option_name)) as distance,
                listagg(known.option_name, ', ') within group (order by known.place) as all_options
            from asked
            cross join known
            group by asked.option_name
        ),
        wrong as (
            select
                known.option_name,
                known.allowed
            from asked
            inner join known
                on asked.option_name = known.option_name
            where
                typeof(asked.option_value) <> 'NULL_VALUE'
                and not case known.takes
                    when 'flag' then typeof(asked.option_value) = 'BOOLEAN'
                    when 'object' then typeof(asked.option_value) = 'OBJECT'
                    when 'rows' then typeof(asked.option_value) = 'INTEGER' and try_to_double(asked.option_value::varchar) >= 0
                    when 'share' then
                        typeof(asked.option_value) in ('INTEGER', 'DECIMAL', 'DOUBLE')
                        and try_to_double(asked.option_value::varchar) between 0 and 1
                    else regexp_like(asked.option_value::varchar, known.takes, 'i')
                end
        ),
        flaws as (
            select
                iff(
                    distance <= greatest(2, floor(length(option_name) / 3)),
                    'unknown option ' || option_name || ': did you mean ' || meant || '?',
                    'unknown option ' || option_name || '; the options are ' || all_options
                ) as message
            from measured
            where distance > 0
            union all
            select 'option ' || option_name || ' takes ' || allowed as message
            from wrong
        )
        select min(message) from flaws
    );
    if (flaw is not null or taken_by <> 'create_dynamo_sync') then
        return flaw;
    end if;
    return (
        select case
            when parse_json(:given)['schedule']::varchar ilike 'on change' and coalesce(parse_json(:given)['capture']::varchar, 'diff') <> 'stream'
                then 'schedule ''on change'' needs capture ''stream'''
            when
                parse_json(:given)['schedule']::varchar not ilike 'cron %'
                and dynamo_sync_interval(parse_json(:given)['schedule']::varchar) not between 10 and 691200
                then 'option schedule takes 10 seconds to 192 hours, as tasks do'
            when parse_json(:given)['push']['dry_run'] is not null then 'push option dry_run: use preview_dynamo_sync'
            when coalesce(parse_json(:given)['push']['mode']::varchar, 'put') = 'delete'
                then 'push option mode takes ''put'' or ''update'' in a sync; option mirror deletes'
        end
    );
end
$$;
