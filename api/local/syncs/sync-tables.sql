-- The tables of syncs as DuckDB holds them; test/sql/tables.test.ts compares them with sql/70_sync_tables.
CREATE TABLE IF NOT EXISTS dynamo_sync_definitions (
    sync_name VARCHAR, source VARCHAR, target_table VARCHAR, key_columns VARCHAR, capture VARCHAR, schedule VARCHAR,
    mirror BOOLEAN, max_delete_share DECIMAL(9, 8), bulk_above BIGINT, push VARCHAR, stored_key VARCHAR, is_paused BOOLEAN,
    created_by VARCHAR, created_at TIMESTAMPTZ,
    run VARCHAR, run_until TIMESTAMPTZ, is_redrive BOOLEAN, delete_share DECIMAL(9, 8)
);
CREATE TABLE IF NOT EXISTS dynamo_sync_log (
    run VARCHAR, sync_name VARCHAR, target_table VARCHAR, called_by VARCHAR, query_id VARCHAR, state VARCHAR, route VARCHAR,
    read_rows BIGINT, unchanged BIGINT, put_rows BIGINT, delete_rows BIGINT, written BIGINT, deleted BIGINT,
    superseded BIGINT, stale BIGINT, rejected BIGINT, unprocessed BIGINT, write_units DOUBLE,
    started_at TIMESTAMPTZ, ended_at TIMESTAMPTZ, seconds DOUBLE, message VARCHAR
);
CREATE TABLE IF NOT EXISTS dynamo_sync_source (
    sync_name VARCHAR, item_key VARCHAR, has_key BOOLEAN, item VARCHAR
);
CREATE TABLE IF NOT EXISTS dynamo_sync_stream_rows (
    sync_name VARCHAR, item_key VARCHAR, has_key BOOLEAN, item VARCHAR, stream_action VARCHAR
);
CREATE TABLE IF NOT EXISTS dynamo_sync_snapshot (
    sync_name VARCHAR, item_key VARCHAR, row_hash VARCHAR, is_stored BOOLEAN
);
CREATE TABLE IF NOT EXISTS dynamo_sync_outbox (
    sync_name VARCHAR, item_key VARCHAR, has_key BOOLEAN, change_kind VARCHAR, item VARCHAR, row_hash VARCHAR, source_rows BIGINT
);
CREATE TABLE IF NOT EXISTS dynamo_sync_sending (
    sync_name VARCHAR, item_key VARCHAR, has_key BOOLEAN, change_kind VARCHAR, item VARCHAR, row_hash VARCHAR, source_rows BIGINT,
    known_hash VARCHAR
);
CREATE TABLE IF NOT EXISTS dynamo_sync_answers (
    sync_name VARCHAR, run VARCHAR, item_key VARCHAR, has_key BOOLEAN, change_kind VARCHAR, row_hash VARCHAR,
    source_rows BIGINT, known_hash VARCHAR, in_bulk BOOLEAN, status VARCHAR, code VARCHAR, message VARCHAR
);
CREATE TABLE IF NOT EXISTS dynamo_sync_load_counts (
    sync_name VARCHAR, run VARCHAR, load_run VARCHAR, written BIGINT, deleted BIGINT, superseded BIGINT, stale BIGINT,
    unchanged BIGINT, rejected BIGINT, unprocessed BIGINT, write_units DOUBLE
);
CREATE TABLE IF NOT EXISTS dynamo_sync_failed (
    sync_name VARCHAR, item_key VARCHAR, has_key BOOLEAN, change_kind VARCHAR, row_hash VARCHAR, status VARCHAR,
    code VARCHAR, message VARCHAR, run VARCHAR, failed_at TIMESTAMPTZ
);
CREATE TABLE IF NOT EXISTS dynamo_sync_checks (
    sync_name VARCHAR, item_key VARCHAR, has_key BOOLEAN, item VARCHAR, is_in_source BOOLEAN, is_same BOOLEAN, is_stored BOOLEAN
);
CREATE TABLE IF NOT EXISTS dynamo_load_log (
    run VARCHAR, target_table VARCHAR, query_id VARCHAR, state VARCHAR, read_rows BIGINT, written BIGINT, deleted BIGINT,
    superseded BIGINT, stale BIGINT, unchanged BIGINT, rejected BIGINT, unprocessed BIGINT, write_units DOUBLE,
    seconds DOUBLE, ended_at TIMESTAMPTZ, message VARCHAR
);
CREATE TABLE IF NOT EXISTS dynamo_push_counts (
    run VARCHAR, read_rows BIGINT, written BIGINT, deleted BIGINT, superseded BIGINT, stale BIGINT, unchanged BIGINT,
    rejected BIGINT, unprocessed BIGINT, ended_at TIMESTAMPTZ
);
