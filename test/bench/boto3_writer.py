"""Writes rows (one JSON object a line, on stdin) with boto3's batch_writer, as its guide shows it.

https://boto3.amazonaws.com/v1/documentation/api/latest/guide/dynamodb.html#batch-writing
Arguments: endpoint, and the key to collapse duplicates by, if any. Prints one JSON line: claimed, error, version.
"""

import json
import sys
from decimal import Decimal

import boto3

endpoint, *keys = sys.argv[1:]
rows = [json.loads(line, parse_float=Decimal) for line in sys.stdin]
table = boto3.resource(
    "dynamodb",
    endpoint_url=endpoint,
    region_name="local",
    aws_access_key_id="local",
    aws_secret_access_key="local",
).Table("orders")
print("ready", flush=True)
claimed, error = 0, ""
try:
    with table.batch_writer(overwrite_by_pkeys=keys or None) as batch:
        for row in rows:
            batch.put_item(Item=row)
    claimed = len(rows)
except Exception as failed:  # what a caller sees: how far it came, nobody says
    error = type(failed).__name__
print(json.dumps({"claimed": claimed, "error": error, "version": boto3.__version__}))
