-- Sends the changes of a run by push_to_dynamo, slice by slice. The call stands alone in its column: what reads the answers must not
-- call again.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.push_dynamo_sync(sync varchar, run varchar, hold varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: push_dynamo_sync'
    execute as owner
    as
    $$
declare
    target varchar default null;
    push varchar default null;
    delete_options varchar default null;
    next_slice number default null;
    query varchar default null;
    is_first boolean default true;
begin
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    push := (select runs.push from dynamo_sync_open_runs as runs where runs.run = :run);
    delete_options := (
        select to_json(object_insert(
            object_pick(parse_json(:push)::object, 'names', 'rename', 'types', 'keys', 'max_wcu', 'max_share'), 'mode', 'delete', true
        ))
    );
    next_slice := (select min(slice) from dynamo_sync_sending where run = :run);
    while (next_slice is not null) do
        call keep_dynamo_hold(:sync, :hold, 15);
        insert into dynamo_sync_results (sync_name, run, place, item_key, has_key, in_bulk, result)
        select
            sync_name,
            run,
            place,
            item_key,
            has_key,
            false,
            push_to_dynamo(
                :target,
                parse_json(iff(change_kind = 'put', item, item_key))::object,
                parse_json(iff(change_kind = 'put', :push, :delete_options))::object
            )
        from dynamo_sync_sending
        where run = :run and slice = :next_slice;
        query := sqlid;
        insert into dynamo_sync_queries (run, query_id) select :run, :query;
        if (is_first) then
            update dynamo_sync_open_runs set query_id = :query where run = :run;
            is_first := false;
        end if;
        next_slice := (select min(slice) from dynamo_sync_sending where run = :run and slice > :next_slice);
    end while;
    return null;
end
$$;
