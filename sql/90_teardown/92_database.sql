-- Functions, stages, formats, push_log and load_events: gone for good.
-- Run by: sysadmin.   Leaves: nothing.

use role sysadmin;

drop database if exists <% database %>;
