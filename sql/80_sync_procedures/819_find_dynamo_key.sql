-- The key columns by the names that they have in the source (JSON array); letter case does not matter where it leaves one choice. Ends with
-- the nearest name where there is none.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.find_dynamo_key(columns varchar, key_columns varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: find_dynamo_key'
    execute as owner
    as
    $$
declare
    found varchar default null;
    refusal varchar default null;
begin
    found := (
        with
        held as (
            select value['name']::varchar as column_name
            from table(flatten(input => parse_json(:columns)))
        ),
        asked as (
            select
                index as place,
                value::varchar as asked_name
            from table(flatten(input => parse_json(:key_columns)))
        ),
        named as (
            select
                asked.place,
                asked.asked_name,
                count_if(held.column_name = asked.asked_name) as exact,
                count_if(upper(held.column_name) = upper(asked.asked_name)) as alike,
                max(iff(held.column_name = asked.asked_name, held.column_name, null)) as exact_name,
                max(iff(upper(held.column_name) = upper(asked.asked_name), held.column_name, null)) as alike_name,
                min_by(held.column_name, editdistance(held.column_name, upper(asked.asked_name))) as meant,
                min(editdistance(held.column_name, upper(asked.asked_name))) as distance,
                listagg(held.column_name, ', ') within group (order by held.column_name) as all_columns
            from asked
            cross join held
            group by asked.place, asked.asked_name
        ),
        judged as (
            select
                place,
                coalesce(exact_name, alike_name) as column_name,
                iff(
                    exact = 0 and alike <> 1,
                    'the source has no column ' || asked_name || ': ' || iff(
                        distance <= greatest(2, floor(length(asked_name) / 3)), 'did you mean ' || meant || '?', 'its columns are ' || all_columns
                    ),
                    null
                ) as flaw
            from named
        )
        select case
            when count(*) = 0 then 'the key is a list of column names: ARRAY_CONSTRUCT(''CUSTOMER_ID'')'
            when min(flaw) is not null then min(flaw)
            when count(distinct column_name) < count(*) then 'a column stands twice in the key'
            else to_json(array_agg(column_name) within group (order by place))
        end
        from judged
    );
    if (not startswith(found, '[')) then
        refusal := (select dynamo_sync_refusal(:found));
        execute immediate :refusal;
    end if;
    return found;
end
$$;
