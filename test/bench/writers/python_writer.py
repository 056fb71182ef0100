"""Writes rows with boto3's batch_writer or with awswrangler's put_items, as their guides show it.

https://boto3.amazonaws.com/v1/documentation/api/latest/guide/dynamodb.html#batch-writing
https://aws-sdk-pandas.readthedocs.io/en/stable/stubs/awswrangler.dynamodb.put_items.html
Arguments: the writer's name, the task as JSON. Rows come as lines on stdin, slice by slice, each slice ended by an
empty line. The last line told: what was claimed, CPU and time of the writing alone, the peak of memory.
"""

import json
import sys
import time
from decimal import Decimal

name, task = sys.argv[1], json.loads(sys.argv[2])

import boto3  # noqa: E402

session = {
    "endpoint_url": task["endpoint"],
    "region_name": "us-east-1",
    "aws_access_key_id": "bench",
    "aws_secret_access_key": "bench",
}
table = boto3.resource("dynamodb", **session).Table("orders")


def put(rows):
    with table.batch_writer() as batch:
        for row in rows:
            batch.put_item(Item=row)


def update(rows):
    for row in rows:
        names = [key for key in row if key != "id"]
        table.update_item(
            Key={"id": row["id"]},
            UpdateExpression="SET " + ",".join(f"#{n}=:{n}" for n in range(len(names))),
            ExpressionAttributeNames={f"#{n}": key for n, key in enumerate(names)},
            ExpressionAttributeValues={f":{n}": row[key] for n, key in enumerate(names)},
        )


def version(rows):
    for row in rows:
        table.put_item(
            Item=row,
            ConditionExpression="attribute_not_exists(#v) OR #v < :v",
            ExpressionAttributeNames={"#v": "updated_at"},
            ExpressionAttributeValues={":v": row["updated_at"]},
        )


if name == "awswrangler":
    import awswrangler

    awswrangler.config.dynamodb_endpoint_url = task["endpoint"]
    own = boto3.Session(
        region_name="us-east-1", aws_access_key_id="bench", aws_secret_access_key="bench"
    )

    def put(rows):  # noqa: F811
        awswrangler.dynamodb.put_items(items=rows, table_name="orders", boto3_session=own)


write = {"put": put, "update": update, "version": version}[task["mode"]]


def slices():
    rows = []
    for line in sys.stdin:
        if line.strip():
            rows.append(json.loads(line, parse_float=Decimal))
        else:
            yield rows
            rows = []


cpu = seconds = 0.0
claimed, end = 0, "ok"
for rows in slices():
    since, started = time.process_time(), time.monotonic()
    try:
        write(rows)
        claimed += len(rows)
    except Exception as failed:  # what a caller sees: how far it came, nobody says
        end = type(failed).__name__
    cpu += time.process_time() - since
    seconds += time.monotonic() - started
    if end != "ok":
        break
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
told = {"claimed": claimed, "cpuSeconds": cpu, "seconds": seconds, "peakMb": peak * 1024 / 1e6, "end": end}
print("\nTOLD " + json.dumps(told), flush=True)
