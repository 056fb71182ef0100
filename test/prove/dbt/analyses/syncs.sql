{% for target in push_to_dynamo.dynamo_targets() %}{{ push_to_dynamo.keep_dynamo_sync_sql(target) }};
{{ push_to_dynamo.run_dynamo_sync_sql(target.sync) }};
{% endfor %}
