-- The role of callers: gone for good.
-- Run by: useradmin.   Leaves: nothing.

use role useradmin;

drop role if exists <% user_role %>;
