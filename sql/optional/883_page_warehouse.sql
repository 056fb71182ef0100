-- A warehouse for the pages alone: beside pushes a page would wait, and its cost would be hidden. An open page keeps it awake, a credit
-- an hour: https://docs.snowflake.com/en/developer-guide/streamlit/object-management/billing. It is made once: what you change about it stays.
-- Run by: sysadmin.   Leaves: a warehouse, suspended, and a database that the pages may use.

use role sysadmin;

create warehouse if not exists <% page_warehouse %>
    warehouse_size = 'XSMALL'
    generation = '1'
    enable_query_acceleration = false
    auto_suspend = 60
    auto_resume = true
    initially_suspended = true
    statement_timeout_in_seconds = 900
    statement_queued_timeout_in_seconds = 300
    comment = 'push_to_dynamo: pages';

grant usage on warehouse <% page_warehouse %> to role <% page_role %>;

grant usage on database <% database %> to role <% page_role %>;
