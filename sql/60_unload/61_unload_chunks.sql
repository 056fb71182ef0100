-- First COPY of an unload run: the chunks. OBJECT_CONSTRUCT_KEEP_NULL keeps NULLs; one run, one name.
-- JSON cuts FLOAT to about 15 digits: cast to VARCHAR or NUMBER in <% source %> what must keep more.
-- Run by: the owner role, once a run.   Leaves: chunks under unload/<run>/.

use role <% owner_role %>;

copy into @<% database %>.<% schema %>.chunk_stage/<% run %>/
from (select object_construct_keep_null(*) from <% source %>)
file_format = (format_name = '<% database %>.<% schema %>.chunk_format')
max_file_size = 16777216
include_query_id = true
detailed_output = true;
