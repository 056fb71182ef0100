-- The SQL side as release 0.1.0 (commit f3612f3) made it: its scripts 71 and 72, the procedures whose signatures have changed, and its task.

create table if not exists <% database %>.<% schema %>.dynamo_sync_definitions (
    sync_name varchar,
    source varchar,
    target_table varchar,
    key_columns varchar,
    capture varchar,
    schedule varchar,
    mirror boolean,
    max_delete_share number(9, 8),
    bulk_above number(38, 0),
    push varchar,
    is_paused boolean,
    created_by varchar,
    created_at timestamp_ltz,
    run varchar,
    run_until timestamp_ltz,
    is_redrive boolean,
    delete_share number(9, 8),
    stale_after timestamp_ltz
)
comment = 'push_to_dynamo: each sync as it was created';

create table if not exists <% database %>.<% schema %>.dynamo_sync_log (
    run varchar,
    sync_name varchar,
    target_table varchar,
    called_by varchar,
    query_id varchar,
    state varchar,
    route varchar,
    read_rows number(38, 0),
    unchanged number(38, 0),
    put_rows number(38, 0),
    delete_rows number(38, 0),
    written number(38, 0),
    deleted number(38, 0),
    superseded number(38, 0),
    stale number(38, 0),
    rejected number(38, 0),
    unprocessed number(38, 0),
    write_units float,
    started_at timestamp_ltz,
    ended_at timestamp_ltz,
    seconds float,
    message varchar
)
comment = 'push_to_dynamo: one row a run';

create table if not exists <% database %>.<% schema %>.dynamo_sync_snapshot (
    sync_name varchar,
    item_key varchar,
    row_hash varchar,
    is_stored boolean
)
comment = 'push_to_dynamo: keys that syncs have sent';

create table if not exists <% database %>.<% schema %>.dynamo_sync_outbox (
    sync_name varchar,
    item_key varchar,
    has_key boolean,
    change_kind varchar,
    item varchar,
    row_hash varchar,
    source_rows number(38, 0)
)
comment = 'push_to_dynamo: changes of streams until they are answered';

create table if not exists <% database %>.<% schema %>.dynamo_sync_failed (
    sync_name varchar,
    item_key varchar,
    has_key boolean,
    change_kind varchar,
    row_hash varchar,
    status varchar,
    code varchar,
    message varchar,
    run varchar,
    failed_at timestamp_ltz
)
comment = 'push_to_dynamo: rows that failed, with the reason';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_source (
    sync_name varchar,
    item_key varchar,
    has_key boolean,
    item varchar
)
comment = 'push_to_dynamo: rows that a run has read';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_stream_rows (
    sync_name varchar,
    item_key varchar,
    has_key boolean,
    item varchar,
    stream_action varchar
)
comment = 'push_to_dynamo: rows of a stream';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_sending (
    sync_name varchar,
    item_key varchar,
    has_key boolean,
    change_kind varchar,
    item varchar,
    row_hash varchar,
    source_rows number(38, 0),
    known_hash varchar
)
comment = 'push_to_dynamo: what a run sends';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_answers (
    sync_name varchar,
    run varchar,
    item_key varchar,
    has_key boolean,
    change_kind varchar,
    row_hash varchar,
    source_rows number(38, 0),
    known_hash varchar,
    in_bulk boolean,
    status varchar,
    code varchar,
    message varchar
)
comment = 'push_to_dynamo: what it was answered';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_load_counts (
    sync_name varchar,
    run varchar,
    load_run varchar,
    written number(38, 0),
    deleted number(38, 0),
    superseded number(38, 0),
    stale number(38, 0),
    unchanged number(38, 0),
    rejected number(38, 0),
    unprocessed number(38, 0),
    write_units float
)
comment = 'push_to_dynamo: what its loads counted';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_checks (
    sync_name varchar,
    item_key varchar,
    has_key boolean,
    item varchar,
    is_in_source boolean,
    is_same boolean,
    is_stored boolean
)
comment = 'push_to_dynamo: keys that reconcile looks at';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_results (
    sync_name varchar,
    item_key varchar,
    has_key boolean,
    change_kind varchar,
    row_hash varchar,
    source_rows number(38, 0),
    known_hash varchar,
    result variant
)
comment = 'push_to_dynamo: answers of push_to_dynamo as they came';

create or replace procedure <% database %>.<% schema %>.drop_dynamo_sync(sync varchar)
    returns varchar
    language sql
    comment = 'push_to_dynamo: drop_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    target varchar default null;
    ignored varchar default null;
begin
    -- An unknown name ends here, with the nearest one.
    if (not exists (select 1 from dynamo_sync_definitions where sync_name = :sync)) then
        ignored := (
            select dynamo_sync_refuse(
                'there is no sync ''' || coalesce(:sync, '') || ''': ' || iff(
                    min(editdistance(sync_name, :sync)) <= greatest(2, floor(length(:sync) / 3)),
                    'did you mean ''' || min_by(sync_name, editdistance(sync_name, :sync)) || '''?',
                    'SELECT * FROM dynamo_syncs lists them'
                )
            )
            from dynamo_sync_definitions
        );
    end if;
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    statement := 'drop task if exists dynamo_sync_task_' || sync;
    execute immediate :statement;
    statement := 'drop stream if exists dynamo_sync_stream_' || sync;
    execute immediate :statement;
    delete from dynamo_sync_source where sync_name = :sync;
    delete from dynamo_sync_sending where sync_name = :sync;
    delete from dynamo_sync_results where sync_name = :sync;
    delete from dynamo_sync_answers where sync_name = :sync;
    delete from dynamo_sync_load_counts where sync_name = :sync;
    delete from dynamo_sync_stream_rows where sync_name = :sync;
    delete from dynamo_sync_checks where sync_name = :sync;
    delete from dynamo_sync_outbox where sync_name = :sync;
    delete from dynamo_sync_failed where sync_name = :sync;
    delete from dynamo_sync_snapshot where sync_name = :sync;
    delete from dynamo_sync_definitions where sync_name = :sync;
    return 'Sync ' || sync || ' dropped. Its items stay in ' || target || '.';
end
$$;

create or replace procedure <% database %>.<% schema %>.resume_dynamo_sync(sync varchar)
    returns varchar
    language sql
    comment = 'push_to_dynamo: resume_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    ignored varchar default null;
begin
    -- An unknown name ends here, with the nearest one.
    if (not exists (select 1 from dynamo_sync_definitions where sync_name = :sync)) then
        ignored := (
            select dynamo_sync_refuse(
                'there is no sync ''' || coalesce(:sync, '') || ''': ' || iff(
                    min(editdistance(sync_name, :sync)) <= greatest(2, floor(length(:sync) / 3)),
                    'did you mean ''' || min_by(sync_name, editdistance(sync_name, :sync)) || '''?',
                    'SELECT * FROM dynamo_syncs lists them'
                )
            )
            from dynamo_sync_definitions
        );
    end if;
    -- Whoever resumes a sync knows that no run is at work: a run that was cut off lets go of it.
    update dynamo_sync_definitions set run = null, run_until = null where sync_name = :sync;
    update dynamo_sync_definitions set is_paused = false where sync_name = :sync;
    statement := 'alter task if exists dynamo_sync_task_' || sync || ' resume';
    execute immediate :statement;
    return 'Sync ' || sync || ' resumed.';
end
$$;

create or replace view <% database %>.<% schema %>.dynamo_syncs as
select
    syncs.sync_name as sync,
    syncs.source,
    syncs.target_table,
    parse_json(syncs.key_columns) as key_columns,
    syncs.capture,
    syncs.schedule,
    syncs.mirror,
    syncs.max_delete_share,
    syncs.bulk_above,
    parse_json(syncs.push) as push,
    iff(syncs.is_paused, 'paused', 'active') as state,
    syncs.created_by,
    syncs.created_at,
    syncs.stale_after
from dynamo_sync_definitions as syncs;

