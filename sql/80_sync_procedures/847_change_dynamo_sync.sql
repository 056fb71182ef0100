-- The work of alter_dynamo_sync, while it holds the sync: what was and what is to be, each all options as JSON. Answers why not, or NULL.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.change_dynamo_sync(sync varchar, hold varchar, was varchar, merged varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: change_dynamo_sync'
    execute as owner
    as
    $$
declare
    target varchar default null;
    push varchar default null;
    old_key varchar default null;
    new_key varchar default null;
    old_capture varchar default null;
    new_capture varchar default null;
    holder varchar default null;
    failure varchar default null;
    statement varchar default null;
begin
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    push := (select coalesce(to_json(as_object(parse_json(:merged)['push'])), '{}'));
    call check_dynamo_target(:target, :push);
    update dynamo_sync_definitions
    set
        held_by = :hold,
        held_since = current_timestamp(),
        held_until = dateadd('minute', 15, current_timestamp())
    where sync_name = :sync and loading_run is null and (held_by is null or held_until < current_timestamp());
    holder := (select held_by from dynamo_sync_definitions where sync_name = :sync);
    if (holder is null or holder <> hold) then
        return 'sync ' || sync || ' is at work, or its load is under way: alter it when that has ended';
    end if;
    old_capture := (select parse_json(:was)['capture']::varchar);
    new_capture := (select lower(coalesce(parse_json(:merged)['capture']::varchar, 'diff')));
    begin
        call write_dynamo_key(:sync) into :old_key;
        begin transaction;
        update dynamo_sync_definitions
        set
            capture = :new_capture,
            schedule = parse_json(:merged)['schedule']::varchar,
            interval_seconds = dynamo_sync_interval(parse_json(:merged)['schedule']::varchar),
            mirror = coalesce(parse_json(:merged)['mirror']::boolean, false),
            max_delete_share = coalesce(parse_json(:merged)['max_delete_share']::number(9, 8), 0.2),
            bulk_above = coalesce(parse_json(:merged)['bulk_above']::number(38, 0), 100000),
            adopt = coalesce(parse_json(:merged)['adopt']::boolean, false),
            push = :push,
            last_failure_code = null,
            failing_since = null,
            next_capture = case
                when to_json(object_delete(parse_json(:push)::object, 'max_wcu', 'max_share', 'trail'))
                    <> to_json(object_delete(parse_json(:was)['push']::object, 'max_wcu', 'max_share', 'trail')) then 'full'
                when :new_capture = 'stream' and :old_capture <> 'stream' then coalesce(next_capture, 'diff')
                else next_capture
            end
        where sync_name = :sync and held_by = :hold;
        call write_dynamo_key(:sync) into :new_key;
        if (old_key = new_key) then
            commit;
        else
            rollback;
            failure := 'these push options make other keys, and the items under the old ones would stay: drop the sync and create it anew';
        end if;
        if (failure is null) then
            if (new_capture = 'stream' and old_capture <> 'stream') then
                call make_dynamo_stream(:sync);
            elseif (new_capture <> 'stream' and old_capture = 'stream') then
                statement := 'drop stream if exists dynamo_sync_stream_' || sync;
                execute immediate :statement;
                delete from dynamo_sync_inbox where sync_name = :sync;
                delete from dynamo_sync_outbox where sync_name = :sync;
            end if;
            call make_dynamo_task(:sync);
        end if;
    exception
        when other then
            rollback;
            failure := (select dynamo_sync_reason(:sqlerrm));
    end;
    update dynamo_sync_definitions set held_by = null, held_since = null, held_until = null where sync_name = :sync and held_by = :hold;
    return failure;
end
$$;
