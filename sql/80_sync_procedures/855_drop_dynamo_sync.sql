-- CALL drop_dynamo_sync(name [, options]): forgets a sync with its task and stream. Its runs stay in the audit, its items in DynamoDB.
-- Refused while a run or a load of it is at work, which would write on; option force drops it all the same.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.drop_dynamo_sync(sync varchar, options object default null)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: drop_dynamo_sync'
    execute as owner
    as
    $$
declare
    given varchar default null;
    flaw varchar default null;
    target varchar default null;
    refusal varchar default null;
begin
    call guard_dynamo_sync(:sync) into :flaw;
    given := (select coalesce(to_json(:options), '{}'));
    if (flaw is null) then
        call check_dynamo_sync_options('drop_dynamo_sync', :given) into :flaw;
    end if;
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    if (flaw is null) then
        flaw := (
            select case
                when coalesce(parse_json(:given)['force']::boolean, false) then null
                when held_until > current_timestamp()
                    then
                        'a run of sync ' || :sync || ' is at work: wait, or CALL drop_dynamo_sync(''' || :sync
                        || ''', OBJECT_CONSTRUCT(''force'', TRUE))'
                when loading_run is not null
                    then
                        'a load of sync ' || :sync || ' is under way, and goes on writing: CALL run_dynamo_sync(''' || :sync
                        || ''') settles it when it has ended; or drop it by option force'
            end
            from dynamo_sync_definitions
            where sync_name = :sync
        );
    end if;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    call forget_dynamo_sync(:sync);
    call rest_dynamo_sweep();
    return 'Sync ' || sync || ' dropped. Its items stay in ' || target || '.';
end
$$;
