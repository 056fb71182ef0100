"""Runs ministack, with two things put right that AWS does and it does not:

API Gateway unpacks a request's body before the function sees it, and the header `content-encoding` stays as it was
sent. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html

An alarm may watch an expression over several metrics. No metric is published here, so no alarm ever goes off: such
an alarm is kept as one of its first metric, else the whole stack would be refused.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import gzip
import inspect

from ministack.app import main
from ministack.services import apigateway_v1 as gateway
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


gateway._build_lambda_event_v1 = as_aws_builds_it
provisioners._cw_metric_alarm_record = with_its_first_metric
main()
