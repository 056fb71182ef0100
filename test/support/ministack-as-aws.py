"""Runs ministack, with the one thing put right that API Gateway does and it does not: a request's body is unpacked
before the function sees it, and the header `content-encoding` stays as it was sent.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
"""

import gzip
import inspect

from ministack.app import main
from ministack.services import apigateway_v1 as gateway

as_ministack_builds_it = gateway._build_lambda_event_v1
parameters = list(inspect.signature(as_ministack_builds_it).parameters)
headers_at, body_at = parameters.index("headers"), parameters.index("body")


def as_aws_builds_it(*given, **named):
    given = list(given)
    if given[headers_at].get("content-encoding") == "gzip" and given[body_at]:
        given[body_at] = gzip.decompress(given[body_at])
    return as_ministack_builds_it(*given, **named)


gateway._build_lambda_event_v1 = as_aws_builds_it
main()
