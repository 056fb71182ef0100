-- The warehouse: gone for good.
-- Run by: sysadmin.   Leaves: nothing.

use role sysadmin;

drop warehouse if exists <% warehouse %>;
