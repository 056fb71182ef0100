-- Upgrade from 0.1.0: the columns that its tables lack. CREATE TABLE IF NOT EXISTS leaves a table as it is. A table of which
-- nothing is needed after a run keeps the columns that it has; where there is no table yet, nothing is done.
-- Run by: the owner role.   Leaves: new columns, empty.

use role <% owner_role %>;

use warehouse <% warehouse %>;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists interval_seconds number(38, 0);

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists adopt boolean;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists held_by varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists held_since timestamp_ltz;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists held_until timestamp_ltz;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists loading_run varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists next_capture varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists last_run varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists last_state varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists last_failure_code varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists last_ended_at timestamp_ltz;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists last_complete_at timestamp_ltz;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists failing_since timestamp_ltz;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists task_state varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists task_error varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists stream_state varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_definitions add column if not exists looked_at timestamp_ltz;

alter table if exists <% database %>.<% schema %>.dynamo_sync_log add column if not exists failure_code varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_log add column if not exists load_runs varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_source add column if not exists run varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_sending add column if not exists run varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_sending add column if not exists place number(38, 0);

alter table if exists <% database %>.<% schema %>.dynamo_sync_sending add column if not exists slice number(38, 0);

alter table if exists <% database %>.<% schema %>.dynamo_sync_results add column if not exists run varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_results add column if not exists place number(38, 0);

alter table if exists <% database %>.<% schema %>.dynamo_sync_results add column if not exists in_bulk boolean;

alter table if exists <% database %>.<% schema %>.dynamo_sync_checks add column if not exists run varchar;

alter table if exists <% database %>.<% schema %>.dynamo_sync_checks add column if not exists place number(38, 0);

alter table if exists <% database %>.<% schema %>.dynamo_sync_checks add column if not exists slice number(38, 0);

insert into <% database %>.<% schema %>.dynamo_upgrades (step, done_at)
select
    '651_new_columns',
    current_timestamp()
where not exists (select step from <% database %>.<% schema %>.dynamo_upgrades where step = '651_new_columns');
