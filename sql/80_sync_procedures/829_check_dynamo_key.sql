-- The row API says, without a write, whether the key columns make the key of the table, all of them and nothing else: rows that differ in a
-- column that is no part of it are one item, which the delete of one of them would take from the others. columns: as
-- describe_dynamo_source gives them. A VARIANT may hold text or numbers: both are asked. What the API cannot tell, such as a key of another type
-- than the column's, is left to the run, which rejects its rows. The audit tells of no push, as in check_dynamo_target.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.check_dynamo_key(target varchar, push varchar, key_columns varchar, columns varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: check_dynamo_key'
    execute as owner
    as
    $$
declare
    options varchar default null;
    query varchar default null;
    answers varchar default null;
    flaw varchar default null;
    refusal varchar default null;
begin
    options := (
        select to_json(object_insert(object_pick(parse_json(:push)::object, 'names', 'rename', 'types', 'keys'), 'dry_run', true, true))
    );
    -- Items of fillers, which a key of the column's type takes, also by option types: with all key columns, and without one of each (without
    -- the only one: empty).
    with
    held as (
        select
            value['name']::varchar as column_name,
            value['type']::varchar as column_type
        from table(flatten(input => parse_json(:columns)))
    ),
    asked as (
        select value::varchar as column_name
        from table(flatten(input => parse_json(:key_columns)))
    ),
    -- Attributes of type epoch, by what no option names changes in a name.
    epochs as (
        select distinct lower(replace(key, '_', '')) as attribute
        from table(flatten(input => parse_json(:push)['types']))
        where value::varchar = 'epoch'
    ),
    variants as (
        select asked.column_name
        from asked
        inner join held
            on asked.column_name = held.column_name
        where regexp_like(held.column_type, 'VARIANT.*')
    ),
    -- Which columns of type VARIANT hold numbers: none, one, or two, since no key has more columns.
    forms as (
        select
            '' as one,
            '' as other
        union all
        select
            variants.column_name as one,
            others.column_name as other
        from variants
        inner join variants as others
            on variants.column_name <= others.column_name
    ),
    parts as (
        select
            forms.one,
            forms.other,
            asked.column_name,
            case
                when asked.column_name in (forms.one, forms.other) then to_variant(1)
                when regexp_like(held.column_type, '(NUMBER|DECFLOAT|FLOAT|REAL|DOUBLE).*') then to_variant(1)
                when regexp_like(held.column_type, '(DATE|TIMESTAMP).*') or epochs.attribute is not null
                    then to_variant('2026-01-01T00:00:00Z')
                else to_variant('2026')
            end as filler
        from asked
        cross join forms
        left join held
            on asked.column_name = held.column_name
        left join epochs
            on lower(replace(coalesce(get(parse_json(:push)['rename'], asked.column_name)::varchar, asked.column_name), '_', ''))
            = epochs.attribute
    ),
    items as (
        select
            null as gone,
            object_agg(column_name, filler) as item
        from parts
        group by one, other
        union all
        select
            asked.column_name as gone,
            object_agg(parts.column_name, parts.filler) as item
        from asked
        left join parts
            on asked.column_name <> parts.column_name
        group by asked.column_name, parts.one, parts.other
    ),
    answered as (
        select
            gone,
            push_to_dynamo(:target, item, parse_json(:options)::object) as answer
        from items
    )
    select to_json(array_agg(object_construct('gone', gone, 'answer', answer))) as answers
    from answered;
    query := sqlid;
    insert into dynamo_sync_queries (query_id) select :query;
    answers := (select answers from table(result_scan(:query)));
    flaw := (
        select min(case
            when value['gone'] is null and value['answer']['code']::varchar = 'missing_key'
                then 'the key columns do not make the key of ' || :target || ': ' || value['answer']['message']::varchar
            when value['gone'] is not null and value['answer']['status']::varchar = 'valid'
                then 'column ' || value['gone']::varchar || ' is no part of the key of ' || :target || ': name the columns of its key alone'
        end)
        from table(flatten(input => parse_json(:answers)))
    );
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    return null;
end
$$;
