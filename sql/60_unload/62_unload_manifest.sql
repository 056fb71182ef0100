-- Second COPY, same session, right after 61: the manifest. Its arrival starts the run.
-- DETAILED_OUTPUT gives file, bytes and rows in this order; a chunk is named relative to the manifest.
-- Run by: the owner role, once a run.   Leaves: unload/<run>/manifest.json.

copy into @<% database %>.<% schema %>.chunk_stage/<% run %>/manifest.json
from (
    select object_construct(
        'version', 1,
        'run', '<% run %>',
        'table', '<% table %>',
        'query_id', last_query_id(),
        'files', array_agg(object_construct(
            'name', coalesce(regexp_substr($1, '<% run %>/(.+)$', 1, 1, 'e'), $1),
            'rows', $3,
            'bytes', $2
        ))
    )
    from table(result_scan(last_query_id()))
)
file_format = (format_name = '<% database %>.<% schema %>.manifest_format')
single = true
overwrite = true;
