-- The page to operate, without its files. USAGE on it is the only gate of a page, and is granted to nobody here; the page itself runs as its
-- owner for all: https://docs.snowflake.com/en/developer-guide/streamlit/object-management/owners-rights
-- Run by: the role of the page.   Leaves: a Streamlit object that takes files.

use role <% page_operator_role %>;

use warehouse <% page_warehouse %>;

create streamlit if not exists <% database %>.<% schema %>.dynamo_page_operator -- noqa: PRS
    main_file = 'operate.py'
    query_warehouse = <% page_warehouse %>
    title = 'push_to_dynamo: operate';

-- Files go into a live version, which is there once: https://docs.snowflake.com/en/sql-reference/sql/alter-streamlit
execute immediate
$$
begin
    alter streamlit <% database %>.<% schema %>.dynamo_page_operator add live version from last;
exception
    when other then
        if (sqlerrm not ilike '%already%live version%') then
            raise;
        end if;
end
$$;
