-- Reads the source of a sync once, so that all that follows speaks of the same rows: all of it, or what its stream holds.
-- The caller decides on the transaction: a stream is consumed by COMMIT and not by ROLLBACK.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.read_dynamo_sync(sync varchar, whole boolean)
    returns varchar
    language sql
    comment = 'push_to_dynamo: reads the source of a sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    pairs varchar default null;
    present varchar default null;
    is_stream boolean default null;
    from_source varchar default null;
begin
    -- 'A', "A", 'B', "B" and "A" is not null and "B" is not null, of the key columns.
    pairs := (
        select listagg(
            '''' || replace(columns.value::varchar, '''', '''''') || ''', "' || replace(columns.value::varchar, '"', '""') || '"',
            ', '
        ) within group (order by columns.index)
        from dynamo_sync_definitions as syncs, lateral flatten(input => parse_json(syncs.key_columns)) as columns
        where syncs.sync_name = :sync
    );
    present := (
        select listagg('"' || replace(columns.value::varchar, '"', '""') || '" is not null', ' and ')
            within group (order by columns.index)
        from dynamo_sync_definitions as syncs, lateral flatten(input => parse_json(syncs.key_columns)) as columns
        where syncs.sync_name = :sync
    );
    is_stream := (select capture = 'stream' and not :whole from dynamo_sync_definitions where sync_name = :sync);
    from_source := (
        select iff(
            regexp_like(source, '("[^"]+"|[A-Za-z_][A-Za-z0-9_$]*)([.]("[^"]+"|[A-Za-z_][A-Za-z0-9_$]*)){0,2}'),
            source,
            '(' || source || '\n)'
        )
        from dynamo_sync_definitions
        where sync_name = :sync
    );
    delete from dynamo_sync_source where sync_name = :sync;
    delete from dynamo_sync_stream_rows where sync_name = :sync;
    if (not is_stream) then
        statement := 'insert into dynamo_sync_source (sync_name, item_key, has_key, item) select ''' || sync
            || ''', to_json(object_construct_keep_null(' || pairs || ')), ' || present
            || ', to_json(object_construct_keep_null(*)) from ' || from_source;
        execute immediate :statement;
        return null;
    end if;
    statement := 'insert into dynamo_sync_stream_rows (sync_name, item_key, has_key, item, stream_action) select ''' || sync
        || ''', to_json(object_construct_keep_null(' || pairs || ')), ' || present
        || ', to_json(object_delete(object_construct_keep_null(*), ''METADATA$ACTION'', ''METADATA$ISUPDATE'', ''METADATA$ROW_ID''))'
        || ', metadata$action from dynamo_sync_stream_' || sync;
    execute immediate :statement;
    -- Newer changes of a key take the place of those that wait.
    delete from dynamo_sync_outbox
    where
        sync_name = :sync
        and has_key
        and item_key in (select item_key from dynamo_sync_collapsed_changes where sync_name = :sync);
    insert into dynamo_sync_outbox (sync_name, item_key, has_key, change_kind, item, row_hash, source_rows)
    select
        sync_name,
        item_key,
        has_key,
        change_kind,
        item,
        row_hash,
        source_rows
    from dynamo_sync_collapsed_changes
    where sync_name = :sync;
    delete from dynamo_sync_stream_rows where sync_name = :sync;
    return null;
end
$$;
