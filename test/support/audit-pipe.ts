/** What the pipe of 54_load_events_pipe.sql does on Snowflake: lines of audit/ come into load_events. */
export const auditPipe = `COPY INTO load_events (event, file_name, file_row, loaded_at)
  FROM (SELECT $1, metadata$filename, metadata$file_row_number, metadata$start_scan_time FROM @audit_stage)
  FILE_FORMAT = (FORMAT_NAME = 'audit_format')`
