-- Copies the puts or the deletes of a run into the bucket and notes the manifest with the run, so that whoever comes next can start the
-- load or ask for it: the same run with the same manifest is one load, however often it is started.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.copy_dynamo_changes(sync varchar, run varchar, hold varchar, change varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: copy_dynamo_changes'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    load_run varchar default run || '-' || change;
    target varchar default null;
    copied varchar default null;
    manifest varchar default null;
begin
    call keep_dynamo_hold(:sync, :hold, 60);
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    statement := 'copy into @chunk_stage/' || load_run || '/ from (select parse_json('
        || iff(change = 'put', 'item', 'item_key') || ') from dynamo_sync_sending where run = ''' || run
        || ''' and change_kind = ''' || change || ''') file_format = (format_name = ''chunk_format'')'
        || ' max_file_size = 16777216 include_query_id = true detailed_output = true';
    execute immediate :statement;
    copied := sqlid;
    -- DETAILED_OUTPUT gives file, bytes and rows in this order; a chunk is named relative to the manifest.
    manifest := (
        select to_json(object_construct(
            'version', 1,
            'run', :load_run,
            'table', :target,
            'query_id', :copied,
            'files', array_agg(object_construct(
                'name', coalesce(regexp_substr($1, :load_run || '/(.+)$', 1, 1, 'e'), $1),
                'rows', $3,
                'bytes', $2
            ))
        ))
        from table(result_scan(:copied))
    );
    begin
        begin transaction;
        update dynamo_sync_open_runs
        set
            state = 'loading',
            load_change = :change,
            manifest = :manifest,
            query_id = coalesce(query_id, :copied),
            load_runs = coalesce(load_runs || ', ', '') || :load_run
        where run = :run;
        update dynamo_sync_definitions set loading_run = :run where sync_name = :sync;
        call keep_dynamo_hold(:sync, :hold, 15);
        commit;
    exception
        when other then
            rollback;
            raise;
    end;
    return null;
end
$$;
