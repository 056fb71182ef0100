/** What Snowflake must hold before AWS can trust it. */
export const scriptsBeforeDeploy = [
  '10_setup/11_owner_role.sql',
  '10_setup/12_user_role.sql',
  '10_setup/13_database.sql',
  '10_setup/14_schema.sql',
  '10_setup/15_warehouse.sql',
  '20_connect/21_api_integration.sql',
  '20_connect/22_storage_integration.sql'
] as const

/** What needs the URL of the API or the trust of the bucket. */
export const scriptsAfterDeploy = [
  '20_connect/24_api_prefixes.sql',
  '20_connect/25_chunk_format.sql',
  '20_connect/26_manifest_format.sql',
  '20_connect/27_chunk_stage.sql',
  '20_connect/28_audit_stage.sql',
  '20_connect/29_audit_format.sql',
  '30_rows/31_push_to_dynamo.sql',
  '30_rows/32_push_with_options.sql',
  '30_rows/33_delete_from_dynamo.sql',
  '30_rows/34_delete_with_options.sql',
  '30_rows/35_get_from_dynamo.sql',
  '40_loads/41_start_dynamo_load.sql',
  '40_loads/42_start_with_options.sql',
  '40_loads/43_dynamo_load_status.sql',
  '40_loads/44_redrive_dynamo_load.sql',
  '40_loads/45_redrive_with_options.sql',
  '50_results/51_push_log.sql',
  '50_results/52_load_events.sql',
  '50_results/53_allow_tasks.sql',
  '50_results/54_copy_load_events.sql'
] as const
