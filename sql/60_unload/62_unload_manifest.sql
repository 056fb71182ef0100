-- Second COPY, same session, right after 61: the manifest. Its arrival starts the run.
-- Run by: the owner role.   Leaves: unload/<run>/manifest.json.

copy into @<% database %>.<% schema %>.chunk_stage/<% run %>/manifest.json
from (
    select object_construct(
        'version', 1,
        'run', '<% run %>',
        'table', '<% table %>',
        'query_id', last_query_id(),
        'files', array_agg(object_construct(
            'name', split_part(file_name, '/', -1),
            'rows', row_count,
            'bytes', file_size
        ))
    )
    from table(result_scan(last_query_id()))
)
file_format = (format_name = '<% database %>.<% schema %>.manifest_format')
single = true
overwrite = true;
