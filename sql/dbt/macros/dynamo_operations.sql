{#- dbt run-operation create_dynamo_syncs [--args '{only: spend}']: a sync for each model with meta.dynamo; those there get its options. -#}
{% macro create_dynamo_syncs(only=none) %}
  {% for target in push_to_dynamo.dynamo_targets(only) %}
    {% do run_query(push_to_dynamo.keep_dynamo_sync_sql(target)) %}
    {% do log('sync ' ~ target.sync ~ ': ' ~ target.relation ~ ' to ' ~ target.table, info=true) %}
  {% endfor %}
{% endmacro %}

{#- dbt run-operation run_dynamo_syncs [--args '{only: [spend], accept: [complete, loading]}']: runs them, and fails unless each is complete. -#}
{% macro run_dynamo_syncs(only=none, accept=['complete']) %}
  {% for target in push_to_dynamo.dynamo_targets(only) %}
    {% do run_query(push_to_dynamo.run_dynamo_sync_sql(target.sync, accept)) %}
    {% do log('sync ' ~ target.sync ~ ' ran', info=true) %}
  {% endfor %}
{% endmacro %}

{#- As a post-hook of a model: runs its sync, and fails the build unless the run is complete. -#}
{% macro run_dynamo_sync(sync=none, accept=['complete']) -%}
  {%- if execute -%}
    {{ push_to_dynamo.run_dynamo_sync_sql(sync or (model.config.meta or model.meta or {}).get('dynamo', {}).get('sync', model.name), accept) }}
  {%- endif -%}
{%- endmacro %}

{#- dbt run-operation print_dynamo_exposures: an exposure a sync, to paste into a YAML file of yours. -#}
{% macro print_dynamo_exposures(only=none) %}
  {% do print(push_to_dynamo.dynamo_exposures(only)) %}
{% endmacro %}

{% macro dynamo_exposures(only=none) -%}
exposures:
{%- for target in push_to_dynamo.dynamo_targets(only) %}
  - name: dynamodb_{{ target.sync }}
    type: application
    owner: {name: {{ target.node.package_name }}}
    description: DynamoDB table {{ target.table }}, kept by sync {{ target.sync }}
    depends_on: [ref('{{ target.node.name }}')]
{%- endfor %}
{%- endmacro %}
