{{ config(materialized='table') }}

select 'c1' as customer_id, 12.5 as spend
union all
select 'c2' as customer_id, 7 as spend
