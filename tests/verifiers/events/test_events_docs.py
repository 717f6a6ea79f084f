"""docs/events.md is true: its file and its script are written and run, and its tables name what there is."""

import json
import re
import socket
import subprocess
import sys
from importlib.metadata import entry_points
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import fastavro
from confluent_kafka import Producer

from tests.support.console import files_of, write
from tests.verifiers.providing import Answer, Provider
from troth_schemas.expectations.document import PROTOCOLS
from troth_verifiers import Message, Outcome, verify
from troth_verifiers.events.errors import BrokerRefused, BrokerUnreachable, ChannelMissing, MessageNeverCame
from troth_verifiers.events.payloads.choosing import ENCODINGS
from troth_verifiers.pact.own.events import CHANNELS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "events.md").read_text()


def test_the_script_prints_what_the_page_says(tmp_path: Path, nats_url: str) -> None:
    channel = f"troth.{uuid4().hex}"
    page = PAGE.replace("nats://127.0.0.1:4222", nats_url).replace("orders.placed", channel)
    write(files_of(page), tmp_path)
    run = subprocess.run(
        [sys.executable, "verify_orders.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert f"The script prints `{run.stdout.strip()}`." in PAGE


def test_the_contract_with_a_schema_is_replayed(tmp_path: Path, provider: Provider) -> None:
    write(files_of(PAGE.replace("http://127.0.0.1:9292", provider.url)), tmp_path)
    schema = (tmp_path / "invoice.avsc").read_text()
    provider.answers["/schemas/ids/7"] = Answer(json={"schema": schema})
    datum = BytesIO()
    fastavro.schemaless_writer(datum, json.loads(schema), {"number": 7, "total": 9.5})
    framed = b"\0\0\0\0\7" + datum.getvalue()
    (right,) = verify(tmp_path / "invoices.troth.yaml", messages=lambda: Message(framed)).results
    assert right.outcome is Outcome.PASSED, right
    (cut,) = verify(tmp_path / "invoices.troth.yaml", messages=lambda: Message(framed[:-1])).results
    assert cut.outcome is Outcome.FAILED


def test_the_cluster_for_tests_is_where_the_page_says() -> None:
    (settings,) = re.findall(r"`confluent_kafka\.Producer\((\{.*?\})\)`", PAGE)
    producer = Producer(json.loads(settings))
    broker = producer.list_topics(timeout=60).brokers[1]
    with socket.create_connection((broker.host, broker.port), timeout=60) as line:
        assert line.getpeername()[1] == broker.port
    producer.flush(0)


def test_the_tables_are_complete() -> None:
    for words in (PROTOCOLS["message"], CHANNELS):
        assert [one for one in words if f"`{one}`" not in PAGE] == []
    assert [one for one in ENCODINGS if f"`{one}`" not in PAGE and not one.endswith("-confluent")] == []
    transports = {
        one.name for one in entry_points(group="troth.transports") if one.value.startswith("troth_verifiers.")
    }
    assert [one for one in sorted(transports) if f"`{one}" not in PAGE] == []
    kinds = (BrokerUnreachable.kind, BrokerRefused.kind, ChannelMissing.kind, MessageNeverCame.kind)
    assert [one for one in kinds if f"`{one}`" not in PAGE] == []


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PAGE)
    assert links
    assert all((ROOT / "docs" / link).exists() for link in links)
