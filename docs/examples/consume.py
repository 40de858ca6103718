"""A consumer of everything that happens to one tenant's customers, exactly once in effect: what an event changes and how
far we are commit together, so that no restart, rebalance, retry or second copy of a record changes anything.

    pip install kafka-python
    python3 consume.py
"""

import json
import os
import signal
import sqlite3
import urllib.request
from urllib.parse import urljoin

from kafka import KafkaConsumer

BROKERS = os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092").split(",")
URL = os.environ.get("THROUGHLINE_URL", "http://127.0.0.1:3000")
TOKEN = os.environ.get("THROUGHLINE_TOKEN")
TENANT = os.environ.get("TENANT", "default")
TOPIC = os.environ.get("TOPIC", "throughline.ledger.v1")
GROUP = os.environ.get("GROUP", "my-service")
FILE = os.environ.get("FILE", "my-service.db")

db = sqlite3.connect(FILE, isolation_level=None)
db.execute("create table if not exists event (position integer primary key, type text, stream text, channel text) strict")
db.execute("create table if not exists checkpoint (partition integer primary key, position integer) strict")


def done_in(partition):
    """How far we are in a partition: everything up to this position was dealt with."""
    row = db.execute("select position from checkpoint where partition = ?", (partition,)).fetchone()
    return row[0] if row else 0


def commit(partition, position, rows):
    """The rows and the place, together or not at all."""
    db.execute("begin immediate")
    try:
        # The position is the same whoever tells us of an event.
        db.executemany("insert into event values (?, ?, ?, ?) on conflict do nothing", rows)
        db.execute(
            "insert into checkpoint values (?, ?)"
            " on conflict (partition) do update set position = excluded.position",
            (partition, position),
        )
        db.execute("commit")
    except BaseException:
        db.execute("rollback")
        raise


def from_ledger(path):
    """Events of our tenant from the ledger itself, one CloudEvent a line, in position order."""
    headers = {"x-tenant": TENANT, **({"authorization": f"Bearer {TOKEN}"} if TOKEN else {})}
    with urllib.request.urlopen(urllib.request.Request(urljoin(URL, path), headers=headers)) as lines:
        events = [json.loads(line) for line in lines if line.strip()]
    return [(e["position"], e["type"], e["stream"], e["data"].get("channel")) for e in events]


def missing(after, up_to):
    """What a gap has swallowed: after one position, up to another. The page may go further: it is in the topic as well."""
    rows = []
    while after < up_to:
        page = from_ledger(f"/v1/events?after={after}&limit=1000")
        rows += [row for row in page if row[0] <= up_to]
        after = page[-1][0] if page else up_to
    return rows


def deal_with(partition, records):
    done, rows = done_in(partition), []
    for record in records:
        headers = {name: value.decode() for name, value in record.headers}
        position = int(headers.get("position", 0))
        if position <= done:
            continue  # Had before: sent again, or read again.
        before = int(headers["prev"])
        if before > done:
            rows += missing(done, before)  # Something lies between what we had and this.
        done = position
        if not record.key.decode().startswith(f"{TENANT}|"):
            continue
        if "ce_dataref" in headers:
            rows += from_ledger(headers["ce_dataref"])  # Too large for the broker.
        else:
            rows.append((position, headers["ce_type"], headers["stream"], json.loads(record.value).get("channel")))
    commit(partition, done, rows)


running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGTERM, stop)

consumer = KafkaConsumer(TOPIC, bootstrap_servers=BROKERS, group_id=GROUP, auto_offset_reset="earliest")
while running:
    for partition, records in consumer.poll(timeout_ms=500).items():
        deal_with(partition.partition, records)
consumer.close()
