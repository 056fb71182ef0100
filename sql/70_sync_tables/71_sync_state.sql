-- What syncs remember: their definitions, runs, sent keys, waiting changes and failed rows.
-- A run writes here only while it holds its sync (held_by): see sql/README.md, "How a run stays alone".
-- Run by: the owner role.   Leaves: nine tables; those that a full comparison can make again cost no Time Travel.

use role <% owner_role %>;

create table if not exists <% database %>.<% schema %>.dynamo_sync_definitions (
    sync_name varchar,
    source varchar,
    target_table varchar,
    key_columns varchar,
    capture varchar,
    schedule varchar,
    interval_seconds number(38, 0),
    mirror boolean,
    max_delete_share number(9, 8),
    bulk_above number(38, 0),
    push varchar,
    adopt boolean,
    is_paused boolean,
    created_by varchar,
    created_at timestamp_ltz,
    held_by varchar,
    held_since timestamp_ltz,
    held_until timestamp_ltz,
    loading_run varchar,
    next_capture varchar,
    last_run varchar,
    last_state varchar,
    last_failure_code varchar,
    last_ended_at timestamp_ltz,
    last_complete_at timestamp_ltz,
    failing_since timestamp_ltz,
    task_state varchar,
    task_error varchar,
    stream_state varchar,
    stale_after timestamp_ltz,
    looked_at timestamp_ltz
)
comment = 'push_to_dynamo: each sync, who holds it, and how its last run ended';

create table if not exists <% database %>.<% schema %>.dynamo_sync_log (
    run varchar,
    sync_name varchar,
    target_table varchar,
    called_by varchar,
    query_id varchar,
    state varchar,
    failure_code varchar,
    route varchar,
    load_runs varchar,
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
comment = 'push_to_dynamo: one row a run that has ended';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_snapshot (
    sync_name varchar,
    item_key varchar,
    row_hash varchar,
    is_stored boolean
)
cluster by (sync_name)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: keys that syncs have sent';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_inbox (
    sync_name varchar,
    run varchar,
    item_key varchar,
    has_key boolean,
    item varchar,
    stream_action varchar
)
cluster by (sync_name)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: rows that left a stream, until they are in the outbox';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_outbox (
    sync_name varchar,
    item_key varchar,
    has_key boolean,
    change_kind varchar,
    item varchar,
    row_hash varchar,
    source_rows number(38, 0)
)
cluster by (sync_name)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: changes of streams until they are answered';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_doubts (
    sync_name varchar,
    item_key varchar,
    is_due boolean
)
cluster by (sync_name)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: keys of which nobody knows what the table holds';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_repeats (
    sync_name varchar,
    item_key varchar
)
cluster by (sync_name)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: keys that more than one row of a source had';

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

create table if not exists <% database %>.<% schema %>.dynamo_sync_queries (
    run varchar,
    query_id varchar
)
comment = 'push_to_dynamo: the statements by which syncs have pushed, for what their runs cost, or have only asked';
