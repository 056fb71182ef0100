-- The roles of the pages, where they were made: gone for good.
-- Run by: useradmin.   Leaves: nothing.

use role useradmin;

drop role if exists <% page_operator_role %>;

drop role if exists <% page_role %>;
