-- The database of functions and results.
-- Run by: sysadmin.   Leaves: a database that the owner role may use.

use role sysadmin;

create database if not exists <% database %>
    comment = 'push_to_dynamo';

grant usage on database <% database %> to role <% user_role %>;

grant usage on database <% database %> to role <% owner_role %>;

grant create schema on database <% database %> to role <% owner_role %>;
