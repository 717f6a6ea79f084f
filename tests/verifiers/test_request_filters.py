"""Request filters: what they change, where they are found by name, and what is told of those that fail."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import troth
from tests.verifiers.pacts import http, v4
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Contract, Interaction, Outgoing, Report, Target, UsageError, verify
from troth_verifiers.filtering import filter_named

PACT = json.dumps(v4(http("one", "/one", 200))).encode()
SIGNING = """
import hashlib
from dataclasses import replace

from secrets_beside import KEY


async def sign(request, interaction):
    proof = hashlib.sha256((KEY + request.method + interaction.description).encode()).hexdigest()
    return replace(request, headers=(*request.headers, ("X-Proof", proof)))


def plain(request, interaction):
    return replace(request, headers=(*request.headers, ("X-Proof", "plain")))


KEY = "changed after it was read"
"""


@pytest.fixture
def filters(tmp_path: Path) -> Path:
    (tmp_path / "signing_filters.py").write_text(SIGNING)
    (tmp_path / "secrets_beside.py").write_text('KEY = "k"')
    return tmp_path / "signing_filters.py"


def guarded(asked: Asked) -> Answer:
    return Answer(200 if "x-proof" in asked.headers else 401)


def replayed(provider: Provider, with_filter: Callable[..., Any], **more: Any) -> Report:
    provider.answers["/one"] = guarded
    contract = Contract("web", "orders", PACT, "web-orders.json")
    return verify(contract, Target(provider.url, request_filter=with_filter, **more))


@pytest.mark.parametrize("named", ["signing_filters:plain", "signing_filters.py:sign"])
def test_the_command_line_takes_a_function_of_a_module_or_of_a_file(
    named: str, provider: Provider, filters: Path
) -> None:
    provider.answers["/one"] = guarded
    (filters.parent / "web-orders.json").write_bytes(PACT)
    command = ("verify", "web-orders.json", "--provider-base-url", provider.url)
    troth(*command, folder=filters.parent, code=1)
    assert "YES  1 passed" in troth(*command, "--request-filter", named, folder=filters.parent, code=0).out
    both = troth(*command, "--request-filter", named, "--engine", "pact", folder=filters.parent, code=2)
    assert "leave out --engine pact" in both.err


def test_a_file_is_loaded_with_what_stands_beside_it_from_any_folder(filters: Path) -> None:
    found: Any = filter_named(f"{filters}:plain")
    sent = found(Outgoing("GET", "http://a.test/"), Interaction(0, "one"))
    assert sent.headers == (("X-Proof", "plain"),)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("filters", "names no function; write it like filters:sign, or filters.py:sign"),
        (":sign", "names no function"),
        ("no_such_module_here:sign", "cannot be loaded: it raised ModuleNotFoundError"),
        ("/no/such/file.py:sign", "there is no file /no/such/file.py"),
        ("json:no_such", "json has no no_such"),
        ("json:__name__", "is a str, and no function"),
    ],
)
def test_a_filter_that_is_not_there_is_told(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        filter_named(name)


def test_a_file_that_breaks_is_told_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "broken_filters.py").write_text("1 / 0")
    with pytest.raises(UsageError, match="it raised ZeroDivisionError: division by zero"):
        filter_named(f"{tmp_path / 'broken_filters.py'}:sign")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda request: None, "returned nothing, and it has to return the request to send"),
        (lambda request: {"method": "GET"}, "returned a dict"),
        (lambda request: replace(request, headers={"A": "b"}), "headers that are no pairs"),
        (lambda request: replace(request, headers=(("A", 1),)), "headers that are no pairs"),
        (lambda request: replace(request, content="text"), "a body that is a str; it has to be bytes"),
        (lambda request: replace(request, url="/two"), "returned a request to '/two', which is no address"),
        (lambda request: replace(request, url=None), "returned a request to None, which is no address"),
        (lambda request: request.no_such, "it raised AttributeError"),
    ],
)
def test_a_filter_that_makes_no_request_errs_and_the_provider_is_not_asked(
    made: Callable[[Any], Any], said: str, provider: Provider
) -> None:
    (result,) = replayed(provider, lambda request, interaction: made(request)).results
    assert result.cause is not None
    assert (result.cause.kind, provider.asked) == ("request-filter", [])
    assert said in result.cause.text


def test_the_official_library_which_knows_no_filter_is_not_let_pass_without(provider: Provider) -> None:
    (result,) = replayed(provider, lambda request, interaction: request, engine="pact").results
    assert result.cause is not None
    assert "the official Pact library knows none" in result.cause.text
