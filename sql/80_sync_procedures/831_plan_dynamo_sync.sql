-- What a run will do, noted with it: answers why it must not, or NULL.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.plan_dynamo_sync(sync varchar, run varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: plan_dynamo_sync'
    execute as owner
    as
    $$
declare
    plan varchar default null;
begin
    plan := (
        select to_json(object_construct_keep_null(
            'read_rows', read_rows,
            'unchanged_rows', unchanged_rows,
            'held_rows', held_rows,
            'put_rows', put_rows,
            'delete_rows', delete_rows,
            'route', route,
            'refusal', refusal,
            'message', new_keys::varchar || ' new, ' || changed_keys::varchar || ' changed, ' || delete_rows::varchar || ' to delete, '
            || held_rows::varchar || ' rejected before; about ' || about_units::varchar || ' write units without indexes, $'
            || (about_units * <% unit_dollars %>)::number(38, 8)::varchar
        ))
        from dynamo_sync_planned_runs as planned
        where planned.run = :run
    );
    update dynamo_sync_open_runs
    set
        read_rows = parse_json(:plan)['read_rows']::number,
        unchanged = parse_json(:plan)['unchanged_rows']::number,
        held_rows = parse_json(:plan)['held_rows']::number,
        put_rows = parse_json(:plan)['put_rows']::number,
        delete_rows = parse_json(:plan)['delete_rows']::number,
        route = parse_json(:plan)['route']::varchar,
        note = iff(kind = 'preview', parse_json(:plan)['message']::varchar || coalesce('; ' || parse_json(:plan)['refusal']::varchar, ''), note)
    where run = :run;
    return (select parse_json(:plan)['refusal']::varchar);
end
$$;
