"""Runs ministack, with three things put right that AWS does and it does not:

API Gateway unpacks a request's body before the function sees it, and the header `content-encoding` stays as it was
sent. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html

An alarm may watch an expression over several metrics. No metric is published here, so no alarm ever goes off: such
an alarm is kept as one of its first metric, else the whole stack would be refused.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html

An invocation by a queue counts in the metrics of its function, as one by a call does.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

import gzip
import inspect
import threading

from ministack.app import main
from ministack.services import apigateway_v1 as gateway
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

as_ministack_builds_it = gateway._build_lambda_event_v1
parameters = list(inspect.signature(as_ministack_builds_it).parameters)
headers_at, body_at = parameters.index("headers"), parameters.index("body")


def as_aws_builds_it(*given, **named):
    given = list(given)
    if given[headers_at].get("content-encoding") == "gzip" and given[body_at]:
        given[body_at] = gzip.decompress(given[body_at])
    return as_ministack_builds_it(*given, **named)


as_ministack_keeps_it = provisioners._cw_metric_alarm_record


def with_its_first_metric(name, props):
    metrics = [each["MetricStat"] for each in props.get("Metrics") or [] if "MetricStat" in each]
    if not metrics:
        return as_ministack_keeps_it(name, props)
    rest = {key: value for key, value in props.items() if key != "Metrics"}
    return as_ministack_keeps_it(name, {**rest, **metrics[0]["Metric"], "Statistic": metrics[0]["Stat"]})


as_ministack_executes, as_ministack_runs_a_batch = lambda_svc._execute_function, lambda_svc._run_sqs_batch
called = threading.local()


def counted(function, event):
    # It may call itself once more.
    is_by_a_queue, called.by_a_queue = getattr(called, "by_a_queue", False), False
    result = as_ministack_executes(function, event)
    if is_by_a_queue:
        name = function["config"]["FunctionName"]
        lambda_svc._emit_lambda_metrics(name, duration_ms=0.0, error=bool(result.get("error")), throttle=False)
    return result


def run_by_a_queue(*given):
    called.by_a_queue = True
    try:
        as_ministack_runs_a_batch(*given)
    finally:
        called.by_a_queue = False


lambda_svc._execute_function = counted
lambda_svc._run_sqs_batch = run_by_a_queue
gateway._build_lambda_event_v1 = as_aws_builds_it
provisioners._cw_metric_alarm_record = with_its_first_metric
main()
