-- The warehouse of the pages, where they were made: gone for good.
-- Run by: sysadmin.   Leaves: nothing.

use role sysadmin;

drop warehouse if exists <% page_warehouse %>;
