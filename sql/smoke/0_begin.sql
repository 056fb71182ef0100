-- Where the findings go.
-- Part of smoke.sql.

use role <% owner_role %>;

use warehouse <% warehouse %>;

use schema <% database %>.<% schema %>;

create or replace table smoke_findings (item number(38, 0), what varchar, finding varchar, found_at timestamp_ltz);
