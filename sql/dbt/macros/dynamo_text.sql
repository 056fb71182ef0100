{#- A value as JSON inside a text of SQL: {"mirror": true} becomes '{"mirror": true}'. -#}
{% macro dynamo_text(value) -%}
  {%- set text = value if value is string else tojson(value) -%}
  '{{ text | replace("\\", "\\\\") | replace("'", "''") }}'
{%- endmacro %}
