-- What runs work on, each row with its run: no run sees or deletes the rows of another.
-- Run by: the owner role.   Leaves: eight tables without fail-safe and Time Travel.

use role <% owner_role %>;

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_open_runs (
    run varchar,
    sync_name varchar,
    kind varchar,
    state varchar,
    called_by varchar,
    started_at timestamp_ltz,
    capture varchar,
    wanted_capture varchar,
    mirror boolean,
    is_redrive boolean,
    delete_share number(9, 8),
    push varchar,
    key_columns varchar,
    route varchar,
    query_id varchar,
    load_change varchar,
    load_runs varchar,
    load_note varchar,
    manifest varchar,
    note varchar,
    read_rows number(38, 0),
    unchanged number(38, 0),
    held_rows number(38, 0),
    put_rows number(38, 0),
    delete_rows number(38, 0)
)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: runs that have begun and not ended';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_source (
    sync_name varchar,
    run varchar,
    item_key varchar,
    has_key boolean,
    item varchar
)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: rows that a run has read';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_lookups (
    sync_name varchar,
    run varchar,
    item_key varchar,
    has_key boolean
)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: keys of a stream that a run reads in the source';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_sending (
    sync_name varchar,
    run varchar,
    place number(38, 0),
    slice number(38, 0),
    item_key varchar,
    has_key boolean,
    change_kind varchar,
    item varchar,
    row_hash varchar,
    source_rows number(38, 0),
    known_hash varchar
)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: what a run sends';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_results (
    sync_name varchar,
    run varchar,
    place number(38, 0),
    item_key varchar,
    has_key boolean,
    in_bulk boolean,
    result variant
)
data_retention_time_in_days = 0
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
data_retention_time_in_days = 0
comment = 'push_to_dynamo: what its loads counted';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_checks (
    sync_name varchar,
    run varchar,
    place number(38, 0),
    slice number(38, 0),
    item_key varchar,
    has_key boolean,
    item varchar,
    is_in_source boolean
)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: keys that reconcile looks at';

create transient table if not exists <% database %>.<% schema %>.dynamo_sync_findings (
    sync_name varchar,
    run varchar,
    place number(38, 0),
    is_compared boolean,
    result variant
)
data_retention_time_in_days = 0
comment = 'push_to_dynamo: what the table answered to reconcile';
