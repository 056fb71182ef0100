-- What run_dynamo_sync and preview_dynamo_sync answer, by run.
-- Reads: dynamo_sync_log, dynamo_sync_open_runs.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_run_answers copy grants as
with

runs as (
    select
        sync_name,
        run,
        state,
        route,
        read_rows,
        unchanged,
        put_rows,
        delete_rows,
        written,
        deleted,
        superseded,
        stale,
        rejected,
        unprocessed,
        message
    from dynamo_sync_log
    union all
    select
        sync_name,
        iff(kind = 'preview', '', run) as run,
        iff(kind = 'preview', 'preview', state) as state,
        route,
        read_rows,
        unchanged,
        put_rows,
        delete_rows,
        0 as written,
        0 as deleted,
        0 as superseded,
        0 as stale,
        0 as rejected,
        0 as unprocessed,
        coalesce(load_note, note) as message
    from dynamo_sync_open_runs
)

select
    sync_name,
    run,
    object_construct_keep_null(
        'sync', sync_name,
        'run', run,
        'state', state,
        'route', coalesce(route, 'push'),
        'read', coalesce(read_rows, 0),
        'unchanged', coalesce(unchanged, 0),
        'put', coalesce(put_rows, 0),
        'delete', coalesce(delete_rows, 0),
        'written', written,
        'deleted', deleted,
        'superseded', superseded,
        'stale', stale,
        'rejected', rejected,
        'unprocessed', unprocessed,
        'message', message
    ) as answer
from runs;
