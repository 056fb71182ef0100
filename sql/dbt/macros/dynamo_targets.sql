{#-
  The models whose meta says where their rows go, each as {sync, relation, table, key, options}; `only` narrows them to some syncs.

    meta: {dynamo: {table: customer_spend, key: [CUSTOMER_ID], options: {mirror: true}}}

  The sync is called after the model unless meta.dynamo.sync says otherwise.
-#}
{% macro dynamo_targets(only=none) -%}
  {%- set found = [] -%}
  {#- The graph is there when dbt executes, not while it parses. -#}
  {%- for node in (graph.nodes.values() if execute else []) if node.resource_type in ('model', 'snapshot', 'seed') and node.config.enabled -%}
    {%- set meta = (node.config.meta or node.meta or {}).get('dynamo') -%}
    {%- if meta -%}
      {%- set sync = meta.get('sync', node.name) -%}
      {%- for part in meta if part not in ('sync', 'table', 'key', 'options') -%}
        {{ exceptions.raise_compiler_error('model ' ~ node.name ~ ': meta.dynamo takes sync, table, key and options, not ' ~ part) }}
      {%- endfor -%}
      {%- if not meta.get('table') or not meta.get('key') -%}
        {{ exceptions.raise_compiler_error('model ' ~ node.name ~ ': meta.dynamo needs table and key') }}
      {%- endif -%}
      {%- if only is none or sync in ([only] if only is string else only) -%}
        {%- do found.append({
          'sync': sync,
          'relation': node.relation_name,
          'node': node,
          'table': meta.table,
          'key': [meta.key] if meta.key is string else meta.key,
          'options': meta.get('options', {})
        }) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}
