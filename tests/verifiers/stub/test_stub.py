"""A stub, asked over a real connection: what its pacts know it answers, the rest it refuses, and it fails as asked."""

import cProfile
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.verifiers.pacts import contract, given, http, v4
from tests.verifiers.providing import Answer, providing
from troth_schemas.matching import match_body
from troth_verifiers import UsageError
from troth_verifiers.errors import SourceUnreadable
from troth_verifiers.stub import Fault, Known, Refused, Stub, opened
from troth_verifiers.stub.asked import Asked
from troth_verifiers.stub.faults import NONE, settings_in
from troth_verifiers.stub.pacts import PactBook

pytestmark = pytest.mark.anyio
ORDER = {"id": 7, "total": 9.5}


def known() -> dict[str, Any]:
    one = http("an order", "/orders/7", 200, ORDER)
    one["request"] |= {"query": {"full": ["yes"]}, "headers": {"Accept": ["application/json"]}}
    one["request"]["matchingRules"] = {"path": {"matchers": [{"match": "regex", "regex": r"/orders/\d+"}]}}
    gone = http("no order", "/orders/8", 404, providerStates=given("there is none"))
    there = http("an order there", "/orders/8", 200, {"id": 8}, providerStates=given("there is one"))
    made = http("an order is placed", "/orders", 201)
    made["request"] |= {"method": "POST", "body": {"content": {"item": "pen"}, "contentType": "application/json"}}
    return v4(one, gone, there, made)


@asynccontextmanager
async def stubbed(fault: Fault = NONE) -> AsyncIterator[tuple[Stub, httpx.AsyncClient]]:
    async with (
        Stub(PactBook([contract(known())]), fault=fault) as stub,
        httpx.AsyncClient(base_url=stub.url, trust_env=False) as client,
    ):
        yield stub, client


async def test_what_the_pact_knows_is_answered_under_its_rules() -> None:
    async with stubbed() as (stub, client):
        answer = await client.get("/orders/99?full=yes", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()) == (200, ORDER)
        assert answer.headers["content-type"] == "application/json"
        assert (await client.post("/orders", json={"item": "pen"})).status_code == 201
        assert not stub.refused
        assert [one.interaction for one in stub.answered] == ["an order", "an order is placed"]


async def test_what_no_pact_knows_is_refused_with_what_is_different_and_kept() -> None:
    async with stubbed() as (stub, client):
        answer = await client.post("/orders", json={"item": "pen", "colour": "red"})
        assert answer.status_code == 501
        why = answer.json()["error"]
        assert why.startswith("No contract knows POST /orders.\n  an order is placed:\n    $: Not expected: colour.")
        listed = (await client.get("/_troth/requests")).json()
        assert [one["target"] for one in listed["refused"]] == ["/orders"]
        assert json.loads(listed["refused"][0]["content"]) == {"item": "pen", "colour": "red"}
        assert (await client.delete("/_troth/requests")).status_code == 204
        assert not stub.refused


def counted(book: PactBook, asked: Asked) -> tuple[Known | Refused, int]:
    """What a book says, and how many bodies it compared."""
    profile = cProfile.Profile()
    found = profile.runcall(book.look_up, asked)
    calls = [each.callcount for each in profile.getstats() if each.code is match_body.__code__]
    return found, sum(calls)


async def test_of_thousands_of_interactions_only_the_nearest_are_compared_with_what_none_knows() -> None:
    def placed(number: int) -> dict[str, Any]:
        one = http(f"order {number}", "/orders", 201)
        body = {"content": {"number": number, "items": ["pen"]}, "contentType": "application/json"}
        one["request"] |= {"method": "POST", "body": body}
        return one

    book = PactBook([contract(v4(*map(placed, range(2500)))), contract(v4(*map(placed, range(2500, 5000))))])
    headers = (("content-type", "application/json"),)
    known, compared = counted(book, Asked("POST", "/orders", headers, b'{"items": ["pen"], "number": 4321}'))
    assert isinstance(known, Known)
    assert known.interaction == "order 4321"
    assert compared == 1
    refused, compared = counted(book, Asked("POST", "/orders", headers, b'{"items": ["pencil"], "number": 4321}'))
    assert isinstance(refused, Refused)
    assert compared < 50
    assert refused.nearest[0] == (
        "order 4321",
        ('$.items[0]: Expected it to be equal to "pen" (text), but it is "pencil" (text).',),
    )
    elsewhere, compared = counted(book, Asked("PUT", "/orders/4321", headers, b"{}"))
    assert isinstance(elsewhere, Refused)
    assert len(elsewhere.nearest) == 3
    assert compared < 50


async def test_the_nearest_interactions_are_told_whichever_pact_they_are_of(tmp_path: Path) -> None:
    for name, path in (("far", "/users/1"), ("near", "/orders/8")):
        (tmp_path / f"{name}.json").write_text(json.dumps(v4(*(http(f"{name} {n}", path) for n in range(4)))))
    offers = await opened([tmp_path])
    (book,) = offers.books
    refused = book.look_up(Asked("DELETE", "/orders/8"))
    assert isinstance(refused, Refused)
    assert [title for title, _ in refused.nearest] == ["near 0", "near 1", "near 2"]


async def test_an_interaction_of_another_method_is_farther_than_one_of_another_body() -> None:
    placed = http("placed", "/orders", 201)
    body = {"content": {"item": "pen", "count": 1, "colour": "red"}, "contentType": "application/json"}
    placed["request"] |= {"method": "POST", "body": body}
    refused = PactBook([contract(v4(http("all", "/orders"), placed))]).look_up(
        Asked("POST", "/orders", (("content-type", "application/json"),), b'{"item": 1, "count": 2, "colour": 3}')
    )
    assert isinstance(refused, Refused)
    assert [title for title, _ in refused.nearest] == ["placed", "all"]


async def test_a_state_that_no_interaction_has_is_told_with_those_that_there_are() -> None:
    async with stubbed() as (_, client):
        answer = await client.get("/orders/8", headers={"X-Troth-State": "there are two"})
        assert answer.status_code == 501
        why = answer.json()["error"].splitlines()
        assert why[1:5] == [
            "  no order (given there is none):",
            "    Given 'there is none', and x-troth-state asks for 'there are two'.",
            "  an order there (given there is one):",
            "    Given 'there is one', and x-troth-state asks for 'there are two'.",
        ]


async def test_a_state_chooses_among_interactions_that_differ_by_nothing_else() -> None:
    async with stubbed() as (_, client):
        assert (await client.get("/orders/8")).status_code == 404
        answer = await client.get("/orders/8", headers={"X-Troth-State": "there is one"})
        assert answer.json() == {"id": 8}


@pytest.mark.parametrize("written", ["/orders/a b/ü", "/orders/a%20b/%C3%BC"])
async def test_a_path_is_known_as_it_is_meant_and_as_it_travels(written: str) -> None:
    async with (
        Stub(PactBook([contract(v4(http("odd", written, 204)))])) as stub,
        httpx.AsyncClient(base_url=stub.url, trust_env=False) as client,
    ):
        assert (await client.get("/orders/a b/ü")).status_code == 204
        assert (await client.get("/orders/a%20c/%C3%BC")).status_code == 501


async def test_faults_are_asked_for_by_header_by_the_interface_and_from_the_start() -> None:
    async with stubbed(Fault(status=503)) as (_, client):
        assert (await client.get("/orders/8")).status_code == 503
        assert (await client.get("/orders/8", headers={"X-Troth-Fault": "status=418"})).status_code == 418
        changed = await client.put("/_troth/faults", json={"latency": 60, "jitter": 1})
        assert changed.json()["latency"] == 60
        began = time.monotonic()
        assert (await client.get("/orders/8")).status_code == 404
        assert time.monotonic() - began >= 0.06
        await client.delete("/_troth/faults")
        assert (await client.get("/_troth/faults")).json()["status"] == 503


@pytest.mark.parametrize(
    ("fault", "error"), [("reset", httpx.ReadError), ("truncate=5", httpx.RemoteProtocolError)], ids=["reset", "cut"]
)
async def test_a_connection_is_cut(fault: str, error: type[Exception]) -> None:
    async with stubbed() as (_, client):
        headers = {"X-Troth-Fault": fault, "X-Troth-State": "there is one"}
        with pytest.raises((error, httpx.ReadError, httpx.RemoteProtocolError)):
            await client.get("/orders/8", headers=headers)


async def test_a_body_comes_drop_by_drop_and_whole() -> None:
    async with stubbed() as (_, client):
        headers = {"X-Troth-Fault": "drip=40", "X-Troth-State": "there is one"}
        pieces = []
        async with client.stream("GET", "/orders/8", headers=headers) as answer:
            pieces = [piece async for piece in answer.aiter_raw()]
        assert len(pieces) > 1
        assert json.loads(b"".join(pieces)) == {"id": 8}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "The faults are no JSON"),
        (b"[]", "Faults are an object"),
        (b'{"lateness": 1}', "'lateness' is no fault; there are latency"),
        (b'{"latency": "soon"}', "latency is a whole number, not 'soon'."),
        (b'{"latency": -1}', "are not negative"),
        (b'{"status": 42}', "42 is no status"),
        (b'{"truncate": -2}', "truncate is a number of bytes"),
        (b'{"reset": "maybe"}', "reset is true or false"),
    ],
)
async def test_a_fault_that_is_none_is_refused_in_a_sentence(body: bytes, why: str) -> None:
    async with stubbed() as (stub, client):
        answer = await client.put("/_troth/faults", content=body)
        assert answer.status_code == 400
        assert why in answer.json()["error"]
        assert stub.fault == Fault()


async def test_a_wrong_fault_in_a_header_and_a_wrong_address_of_the_interface_are_told() -> None:
    async with stubbed() as (_, client):
        assert (await client.get("/orders/8", headers={"X-Troth-Fault": "late"})).status_code == 400
        assert (await client.get("/_troth/everything")).status_code == 404
        assert (await client.head("/orders/8")).status_code == 501


def test_settings_are_read_from_a_header() -> None:
    assert settings_in(" latency=5 ,reset,") == {"latency": "5", "reset": "true"}
    with pytest.raises(UsageError):
        Fault(drip=-1)


def test_the_command_serves_until_it_is_ended(tmp_path: Path) -> None:
    (tmp_path / "pact.json").write_text(json.dumps(known()))
    command = [sys.executable, "-m", "troth_broker.cli", "stub", str(tmp_path / "pact.json"), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as running:
        assert running.stdout is not None
        url = running.stdout.readline().split()[2].rstrip(":")
        assert httpx.get(f"{url}/orders/8", trust_env=False).status_code == 404
        assert httpx.get(f"{url}/nowhere", trust_env=False).status_code == 501
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert said.startswith("✓ GET /orders/8  no order (given there is none)\n✗ No contract knows GET /nowhere.\n")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--every", "5"], "--channel, --every and --on-demand are about messages: give --messages URL too"),
        (["--messages", "redis://localhost"], "troth: these contracts hold no message that could be sent"),
    ],
)
def test_options_about_messages_are_refused_where_no_message_can_be_sent(
    tmp_path: Path, options: list[str], why: str
) -> None:
    (tmp_path / "pact.json").write_text(json.dumps(known()))
    command = [sys.executable, "-m", "troth_broker.cli", "stub", str(tmp_path / "pact.json"), "--port", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert why in done.stderr


@pytest.mark.parametrize(("path", "code"), [("/orders/8", 0), ("/nowhere", 1)])
def test_a_strict_command_ends_with_a_no_if_a_request_was_refused(tmp_path: Path, path: str, code: int) -> None:
    (tmp_path / "pact.json").write_text(json.dumps(known()))
    command = [sys.executable, "-m", "troth_broker.cli", "stub", str(tmp_path / "pact.json"), "--port", "0", "--strict"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        url = running.stdout.readline().split()[2].rstrip(":")
        for each in ("/orders/8", path):
            httpx.get(f"{url}{each}", trust_env=False, timeout=120)
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=120)
    assert (running.returncode, said) == (code, "troth: 1 of 2 requests was refused\n" if code else "")


async def test_a_contract_is_served_from_an_address() -> None:
    with providing() as provider:
        provider.answers["/pacts/latest"] = Answer(
            200, json.dumps(known()).encode(), {"Content-Type": "application/json"}
        )
        (book,) = (await opened([f"{provider.url}/pacts/latest"])).books
        assert isinstance(book.look_up(Asked("GET", "/orders/8")), Known)
        with pytest.raises(SourceUnreadable, match=r"There is nothing at http://127.* \(404\)"):
            await opened([f"{provider.url}/pacts/older"])


def test_the_command_ends_quietly_when_nobody_reads_it_any_more(tmp_path: Path) -> None:
    (tmp_path / "pact.json").write_text(json.dumps(known()))
    command = [sys.executable, "-m", "troth_broker.cli", "stub", str(tmp_path / "pact.json"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        url = running.stdout.readline().split()[2].rstrip(":")
        running.stdout.close()
        assert httpx.get(f"{url}/orders/8", trust_env=False, timeout=120).status_code == 404
        assert running.stderr.read() == ""
        assert running.wait(timeout=120) == 2


@pytest.mark.parametrize(
    ("pact", "why"),
    [({"a": 1}, "cannot be served"), (v4(), "without a single interaction"), (None, "does not exist")],
)
def test_the_command_says_why_it_cannot_serve(tmp_path: Path, pact: Any, why: str) -> None:
    file = tmp_path / "pact.json"
    if pact is not None:
        file.write_text(json.dumps(pact))
    done = subprocess.run(
        [sys.executable, "-m", "troth_broker.cli", "stub", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr
