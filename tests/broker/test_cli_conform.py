"""`troth conform` and `troth verify --against`: a provider that really runs, and a broker that keeps the result."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.brokers import Broker
from tests.support.cli import clean_environment, troth
from tests.verifiers.openapi.describing import ITEM, answers, api
from tests.verifiers.providing import Answer, Provider, providing

GOOD = Answer(json={"id": 1, "price": 2})
BAD = Answer(json={"id": 1, "price": "2 EUR"})


@pytest.fixture
def running() -> Iterator[Provider]:
    with providing() as found:
        found.answers["/items"] = GOOD
        yield found


@pytest.fixture
def description(tmp_path: Path) -> Path:
    document = api({"/items": {"get": {"operationId": "list", "responses": answers({"$ref": "parts.json#/Item"})}}})
    (tmp_path / "parts.json").write_text(json.dumps({"Item": ITEM}))
    (tmp_path / "api.json").write_text(json.dumps(document))
    return tmp_path / "api.json"


def test_the_answer_is_told_for_people_and_for_machines(running: Provider, description: Path, tmp_path: Path) -> None:
    place = ("--provider-base-url", running.url)
    good = troth("conform", "api.json", *place, folder=tmp_path, code=0)
    assert "YES  2 passed" in good.out
    assert "GET /items: 1 example, 1 made up; answers 200 ×2" in good.out
    running.answers["/items"] = BAD
    reports = ("--junit", "out/junit.xml", "--html", "out/page.html", "-o", "json")
    bad = troth("conform", "api.json", *place, *reports, "--seed", "4", folder=tmp_path, code=1)
    told = json.loads(bad.out)
    assert told["seed"] == 4
    assert told["operations"] == {"GET /items": {"examples": 1, "generated": 1, "statuses": {"200": 2}}}
    (mismatch,) = told["contracts"][0]["testResults"][0]["mismatches"]
    assert mismatch["identifier"] == "response body $.price"
    assert len(ElementTree.parse(tmp_path / "out" / "junit.xml").findall(".//failure")) == 2
    assert f"curl -i -X GET {running.url}/items" in (tmp_path / "out" / "junit.xml").read_text()
    assert "response body $.price" in (tmp_path / "out" / "page.html").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"api.json", "parts.json", "out"}


def test_a_filter_lets_the_run_in_and_strangers_are_tried_unless_that_is_left_out(
    running: Provider, tmp_path: Path
) -> None:
    asked = {"get": {"responses": answers(ITEM), "security": [{"key": []}]}}
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    document = api({"/items": asked}, components={"securitySchemes": schemes})
    (tmp_path / "api.json").write_text(json.dumps(document))
    (tmp_path / "letting_in.py").write_text(
        "from dataclasses import replace\n\n\ndef key(request, interaction):\n"
        '    return replace(request, headers=(*request.headers, ("X-Key", "real")))\n'
    )
    running.answers["/items"] = lambda one: GOOD if one.headers.get("x-key") == "real" else Answer(401)
    run = ("conform", "api.json", "--provider-base-url", running.url, "--examples-only")
    assert "not-exercised" in troth(*run, folder=tmp_path, code=3).out
    filtered = (*run, "--request-filter", "letting_in:key")
    assert "YES  3 passed" in troth(*filtered, folder=tmp_path, code=0).out
    running.answers["/items"] = GOOD
    assert "1 passed, 2 failed" in troth(*filtered, folder=tmp_path, code=1).out
    assert "YES  1 passed" in troth(*filtered, "--no-security", folder=tmp_path, code=0).out


def test_a_provider_that_is_down_and_a_file_that_is_no_description(description: Path, tmp_path: Path) -> None:
    down = troth("conform", description, "--provider-base-url", "http://127.0.0.1:1", code=3)
    assert "Is the provider running?" in down.err
    (tmp_path / "other.json").write_text('{"openapi": "4.0", "paths": {}}')
    other = troth("conform", tmp_path / "other.json", "--provider-base-url", "http://127.0.0.1:1", code=2)
    assert "4.0" in other.said


@pytest.mark.parametrize("answer", [GOOD, BAD])
def test_the_result_is_published_with_the_description(
    broker: Broker, running: Provider, description: Path, tmp_path: Path, answer: Answer
) -> None:
    running.answers["/items"] = answer
    whose = ("--provider", "stock", "--provider-app-version", "1.0", "--branch", "main", "--broker", broker.url)
    success, place = answer is GOOD, ("--provider-base-url", running.url)
    ran = troth("conform", "api.json", *place, "--publish", *whose, folder=tmp_path, code=not success)
    assert f"Published: stock 1.0, self-verification {'passed' if success else 'failed'}" in ran.err
    kept = broker.read("/contracts/provider/stock/version/1.0")["verificationResults"]
    assert (kept["success"], kept["verifier"], kept["contentType"]) == (success, "troth conform", "application/json")
    told = json.loads(base64.b64decode(kept["content"]))
    assert told["success"] is success
    assert told["operations"] == {"GET /items": {"examples": 1, "generated": 1, "statuses": {"200": 2}}}


def test_nothing_is_published_where_not_everything_could_be_tried(
    broker: Broker, running: Provider, description: Path, tmp_path: Path
) -> None:
    running.answers["/items"] = Answer(401)
    whose = ("--provider", "stock", "--provider-app-version", "1.0", "--broker", broker.url)
    ran = troth("conform", description, "--provider-base-url", running.url, "--publish", *whose, code=3)
    assert "Nothing was published" in ran.err
    assert "Not exercised: GET /items" in ran.out
    assert broker.client.get("/pacticipants/stock").status_code == 404


def test_what_cannot_be_published_is_refused_before_anything_is_sent(running: Provider, description: Path) -> None:
    place = ("--provider-base-url", running.url, "--publish", "-a", "1.0")
    assert "--provider NAME" in troth("conform", description, *place, code=2).err
    part = troth("conform", description, *place, "--provider", "stock", "--operation", "list", code=2)
    assert "leave out --operation" in part.err
    assert running.asked == []


def test_a_pact_is_held_against_a_description(running: Provider, description: Path, tmp_path: Path) -> None:
    running.answers["/items"] = BAD
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "stock"},
        "interactions": [
            {"description": "all", "request": {"method": "GET", "path": "/items"}, "response": {"status": 200}}
        ],
    }
    (tmp_path / "pact.json").write_text(json.dumps(pact))
    common = ("verify", tmp_path / "pact.json", "--provider-base-url", running.url)
    assert "YES" in troth(*common, code=0).out
    assert "openapi response body $.price" in troth(*common, "--against", description, code=1).out
    warned = troth(*common, "--against", description, "--against-warn", code=0)
    assert "warning: all: openapi response body $.price: '2 EUR' is not of type 'number'." in warned.err
    assert "leave out --engine pact" in troth(*common, "--against", description, "--engine", "pact", code=2).err
    assert "give --against FILE too" in troth(*common, "--against-warn", code=2).err
    assert "there is no such file" in troth(*common, "--against", "none.yaml", code=2).err


@pytest.mark.parametrize(("missing", "extra"), [("openapi_core", "openapi"), ("schemathesis", "conformance")])
def test_a_missing_extra_is_named(running: Provider, description: Path, missing: str, extra: str) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; from troth_broker.cli import main; sys.exit(main())"
    run = subprocess.run(
        [sys.executable, "-c", program, "conform", str(description), "--provider-base-url", running.url],
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert f"{missing}: pip install 'troth[{extra}]'" in run.stderr
