-- What syncs remember: their definitions, runs, sent keys, waiting changes and failed rows.
-- Run by: the owner role.   Leaves: five tables.

use role <% owner_role %>;

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
