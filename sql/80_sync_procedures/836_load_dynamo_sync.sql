-- Takes a bulk run as far as it goes without waiting: deletes, then puts, each a load. Answers running while a load is under way (a later
-- run comes here again), why a load failed, or NULL when all is done. A load is never sent again beside itself.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.load_dynamo_sync(sync varchar, run varchar, hold varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: load_dynamo_sync'
    execute as owner
    as
    $$
declare
    target varchar default null;
    push varchar default null;
    load_options varchar default null;
    change varchar default null;
    manifest varchar default null;
    status varchar default null;
    state varchar default null;
    failure varchar default null;
begin
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    push := (select runs.push from dynamo_sync_open_runs as runs where runs.run = :run);
    while (true) do
        change := (select load_change from dynamo_sync_open_runs as runs where runs.run = :run);
        if (change is null) then
            change := (
                select min(sending.change_kind)
                from dynamo_sync_sending as sending
                left join dynamo_sync_results as results
                    on sending.run = results.run and sending.place = results.place
                where sending.run = :run and results.place is null
            );
            if (change is null) then
                return null;
            end if;
            call copy_dynamo_changes(:sync, :run, :hold, :change);
        end if;
        manifest := (select runs.manifest from dynamo_sync_open_runs as runs where runs.run = :run);
        load_options := (
            select to_json(iff(
                :change = 'put',
                parse_json(:push)::object,
                object_insert(
                    object_pick(parse_json(:push)::object, 'names', 'rename', 'types', 'keys', 'max_wcu', 'max_share'), 'mode', 'delete', true
                )
            ))
        );
        status := (select to_json(start_dynamo_load(:target, parse_json(:manifest)::object, parse_json(:load_options)::object)));
        state := (select coalesce(parse_json(:status)['state']::varchar, 'running'));
        if (state = 'running') then
            return 'running';
        end if;
        call settle_dynamo_load(:sync, :run, :hold, :status) into :failure;
        if (failure is not null) then
            return failure;
        end if;
    end while;
end
$$;
