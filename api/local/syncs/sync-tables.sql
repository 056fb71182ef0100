-- The tables of syncs as DuckDB holds them; test/sql/syncs.test.ts compares them with sql/70_sync_tables.
CREATE TABLE IF NOT EXISTS dynamo_sync_definitions (
    sync_name VARCHAR, source VARCHAR, target_table VARCHAR, key_columns VARCHAR, capture VARCHAR, schedule VARCHAR,
    mirror BOOLEAN, max_delete_share DECIMAL(9, 8), bulk_above BIGINT, push VARCHAR, is_paused BOOLEAN,
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
    run VARCHAR, called_by VARCHAR, read_rows BIGINT, written BIGINT, deleted BIGINT, superseded BIGINT, stale BIGINT, unchanged BIGINT,
    rejected BIGINT, unprocessed BIGINT, ended_at TIMESTAMPTZ
);

-- What users read. JSON stands for VARIANT.
CREATE VIEW IF NOT EXISTS "DYNAMO_SYNCS" AS
SELECT
    syncs.sync_name AS "SYNC", syncs.source AS "SOURCE", syncs.target_table AS "TARGET_TABLE",
    CAST(syncs.key_columns AS JSON) AS "KEY_COLUMNS", syncs.capture AS "CAPTURE", syncs.schedule AS "SCHEDULE",
    syncs.mirror AS "MIRROR", syncs.max_delete_share AS "MAX_DELETE_SHARE", syncs.bulk_above AS "BULK_ABOVE",
    CAST(syncs.push AS JSON) AS "PUSH", CASE WHEN syncs.is_paused THEN 'paused' ELSE 'active' END AS "STATE",
    syncs.created_by AS "CREATED_BY", syncs.created_at AS "CREATED_AT"
FROM dynamo_sync_definitions AS syncs;
CREATE VIEW IF NOT EXISTS "DYNAMO_SYNC_RUNS" AS
SELECT
    sync_name AS "SYNC", run AS "RUN", state AS "STATE", route AS "ROUTE", read_rows AS "READ", unchanged AS "UNCHANGED",
    put_rows AS "PUT", delete_rows AS "DELETE", written AS "WRITTEN", deleted AS "DELETED", superseded AS "SUPERSEDED",
    stale AS "STALE", rejected AS "REJECTED", unprocessed AS "UNPROCESSED", message AS "MESSAGE",
    called_by AS "CALLED_BY", query_id AS "QUERY_ID", started_at AS "STARTED_AT", ended_at AS "ENDED_AT", seconds AS "SECONDS"
FROM dynamo_sync_log;
CREATE VIEW IF NOT EXISTS "DYNAMO_SYNC_FAILURES" AS
SELECT
    sync_name AS "SYNC", CAST(item_key AS JSON) AS "KEY", change_kind AS "CHANGE", status AS "STATUS", code AS "CODE",
    message AS "MESSAGE", run AS "RUN", failed_at AS "FAILED_AT"
FROM dynamo_sync_failed;
