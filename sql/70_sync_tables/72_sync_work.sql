-- What a run works on; nothing in here is needed once the run has ended.
-- Run by: the owner role.   Leaves: seven tables without fail-safe.

use role <% owner_role %>;

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
