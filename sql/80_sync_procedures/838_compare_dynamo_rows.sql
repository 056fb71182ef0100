-- Asks the table about the keys that reconcile looks at, slice by slice. push_to_dynamo compares and cannot write: an equal item is
-- unchanged, for any other the condition is false. get_from_dynamo then tells a missing item from a different one. The audit tells of no
-- push, as in check_dynamo_target.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.compare_dynamo_rows(sync varchar, run varchar, hold varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: compare_dynamo_rows'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    target varchar default null;
    compare_options varchar default null;
    stored_key varchar default null;
    next_slice number default null;
    query varchar default null;
    unanswered number default null;
    refusal varchar default null;
begin
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    compare_options := (
        select to_json(object_insert(
            object_insert(object_delete(parse_json(push)::object, 'version', 'tombstone', 'if'), 'skip_unchanged', true, true),
            'if',
            parse_json('{"expression":"attribute_exists(#n) AND attribute_not_exists(#n)","names":{"#n":"push_to_dynamo"}}'),
            true
        ))
        from dynamo_sync_open_runs as runs
        where runs.run = :run
    );
    call write_dynamo_key(:sync) into :stored_key;
    next_slice := (select min(slice) from dynamo_sync_checks as checks where checks.run = :run);
    while (next_slice is not null) do
        call keep_dynamo_hold(:sync, :hold, 15);
        insert into dynamo_sync_findings (sync_name, run, place, is_compared, result)
        select
            sync_name,
            run,
            place,
            true,
            push_to_dynamo(:target, parse_json(item)::object, parse_json(:compare_options)::object)
        from dynamo_sync_checks
        where run = :run and slice = :next_slice and is_in_source;
        query := sqlid;
        insert into dynamo_sync_queries (query_id) select :query;
        unanswered := (
            select count(*)
            from dynamo_sync_findings as findings
            where findings.run = :run and findings.result['status']::varchar = 'unprocessed'
        );
        if (unanswered > 0) then
            refusal := (select dynamo_sync_refusal('the table did not answer in time: CALL reconcile_dynamo(''' || :sync || ''') again'));
            execute immediate :refusal;
        end if;
        statement := 'insert into dynamo_sync_findings (sync_name, run, place, is_compared, result)'
            || ' select checks.sync_name, checks.run, checks.place, false, get_from_dynamo(''' || target || ''', ' || stored_key || ')'
            || ' from dynamo_sync_checks as checks left join dynamo_sync_findings as compared'
            || ' on checks.run = compared.run and checks.place = compared.place and compared.is_compared'
            || ' where checks.run = ''' || run || ''' and checks.slice = ' || next_slice::varchar
            || ' and coalesce(compared.result[''status'']::varchar, '''') <> ''unchanged''';
        execute immediate :statement;
        next_slice := (select min(slice) from dynamo_sync_checks as checks where checks.run = :run and checks.slice > :next_slice);
    end while;
    return null;
end
$$;
