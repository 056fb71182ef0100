{#- One statement that makes a sync, or gives the one that is there these options; its table and key stay. -#}
{% macro keep_dynamo_sync_sql(target) -%}
{%- set schema = var('push_to_dynamo_schema', 'push_to_dynamo.app') -%}
execute immediate
$$
declare
    options object default null;
    key array default null;
    known number default null;
begin
    options := (select parse_json({{ push_to_dynamo.dynamo_text(target.options) }})::object);
    key := (select parse_json({{ push_to_dynamo.dynamo_text(target.key) }})::array);
    known := (select count(*) from {{ schema }}.dynamo_syncs where sync = {{ push_to_dynamo.dynamo_text(target.sync) }});
    if (known > 0) then
        call {{ schema }}.alter_dynamo_sync({{ push_to_dynamo.dynamo_text(target.sync) }}, :options);
    else
        call {{ schema }}.create_dynamo_sync(
            {{ push_to_dynamo.dynamo_text(target.sync) }},
            {{ push_to_dynamo.dynamo_text(target.relation) }},
            {{ push_to_dynamo.dynamo_text(target.table) }},
            :key,
            :options
        );
    end if;
    return {{ push_to_dynamo.dynamo_text(target.sync) }};
end
$$
{%- endmacro %}

{#-
  One statement that runs a sync and is an error unless the run ends as one of `accept`: complete, and also loading where a bulk load
  may go on after the build.
-#}
{% macro run_dynamo_sync_sql(sync, accept=['complete'], options={}) -%}
{%- set schema = var('push_to_dynamo_schema', 'push_to_dynamo.app') -%}
execute immediate
$$
declare
    options object default null;
    answer object default null;
    state varchar default null;
    refusal varchar default null;
begin
    options := (select parse_json({{ push_to_dynamo.dynamo_text(options) }})::object);
    call {{ schema }}.run_dynamo_sync({{ push_to_dynamo.dynamo_text(sync) }}, :options) into :answer;
    state := (select get(:answer, 'state')::varchar);
    if (not array_contains(state::variant, parse_json({{ push_to_dynamo.dynamo_text(accept) }})::array)) then
        refusal := (
            select 'declare refused exception (-20001, '''
                || replace(replace(
                    'the run of sync ' || {{ push_to_dynamo.dynamo_text(sync) }} || ' is ' || :state || ': '
                    || coalesce(get(:answer, 'message')::varchar, 'SELECT * FROM {{ schema }}.dynamo_sync_runs'),
                    '\\', '\\\\'
                ), '''', '''''')
                || '''); begin raise refused; end'
        );
        execute immediate :refusal;
    end if;
    return state;
end
$$
{%- endmacro %}
