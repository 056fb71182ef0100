-- The push options of a run: those of the sync, with type N for FLOAT columns, whose digits travel as text, and skip_unchanged where it
-- adopts a table that is filled.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.push_options_of_run(push varchar, floats varchar, adopts boolean)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: push_options_of_run'
    execute as owner
    as
    $$
begin
    return (
        with
        given as (
            select
                key as attribute,
                value::varchar as type_name
            from table(flatten(input => parse_json(:push)['types']))
        ),
        floating as (
            select distinct dynamo_sync_attribute(value::varchar, :push) as attribute
            from table(flatten(input => parse_json(:floats)))
        ),
        typed as (
            select
                attribute,
                type_name
            from given
            union all
            select
                floating.attribute,
                'N' as type_name
            from floating
            left join given
                on floating.attribute = given.attribute
            where given.attribute is null
        ),
        merged as (
            select iff(count(*) = 0, parse_json(:push)::object, object_insert(
                parse_json(:push)::object, 'types', object_agg(attribute, to_variant(type_name)), true
            )) as options
            from typed
        )
        select to_json(iff(:adopts, object_insert(options, 'skip_unchanged', true, true), options)) from merged
    );
end
$$;
