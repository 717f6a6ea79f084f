"""`troth verify` of a part: what failed last time, one protocol, and addresses by protocol."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from tests.support.cli import Finished, troth
from tests.support.providers import Provider, provider
from tests.verifiers.pacts import http, message, v4


@pytest.fixture
def running() -> Iterator[Provider]:
    with provider() as found:
        yield found


class Place:
    """A folder with a pact, and a cache of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url

    def pact(self, *interactions: dict[str, object]) -> None:
        """Write the pact."""
        (self._folder / "web-orders.json").write_text(json.dumps(v4(*interactions)))

    def verify(self, *options: str, code: int, environment: Mapping[str, str] | None = None) -> Finished:
        """Verify it."""
        where = ("--provider", "orders", "--provider-base-url", self._url)
        own = {"XDG_CACHE_HOME": str(self._folder / "cache"), **(environment or {})}
        return troth("verify", "web-orders.json", *where, *options, folder=self._folder, environment=own, code=code)


@pytest.fixture
def place(tmp_path: Path, running: Provider) -> Place:
    made = Place(tmp_path, running.url)
    made.pact(GOOD, BAD)
    return made


GOOD, BAD = http("good", "/any", 200), http("bad", "/any", 204)


def test_only_what_failed_last_time_is_replayed_again(place: Place) -> None:
    assert "1 passed, 1 failed" in place.verify(code=1).out
    again = place.verify("--rerun-failed", code=1).out
    assert "NO  1 failed" in again
    assert "good" not in again
    place.pact(GOOD, http("bad", "/any", 200))  # a new version of the contract: known by its title
    assert "YES  1 passed" in place.verify("--rerun-failed", code=0).out
    assert "everything passed last time" in place.verify("--rerun-failed", code=2).err


def test_a_part_that_passes_does_not_forget_what_failed_beside_it(place: Place) -> None:
    place.verify(code=1)
    place.verify("--filter-description", "good", code=0)
    assert "NO  1 failed" in place.verify("--rerun-failed", code=1).out


def test_without_a_run_there_is_nothing_to_run_again(place: Place) -> None:
    assert "no run in this folder is known in which anything failed" in place.verify("--rerun-failed", code=2).err


def test_where_nothing_can_be_kept_a_run_says_what_it_found_and_the_next_one_why_it_knows_nothing(
    place: Place, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file in the way, as a home that is read-only would be")
    first = place.verify(code=1)
    assert "1 passed, 1 failed" in first.out
    assert not first.err.count("cache")
    again = place.verify("--rerun-failed", code=2).err
    assert f"cannot be remembered in {tmp_path / 'cache' / 'troth' / 'failed'}: Not a directory; set XDG_CACHE" in again


@pytest.mark.parametrize("given", ["", "not/absolute"])
def test_a_cache_that_is_no_absolute_path_is_the_homes(given: str, place: Place, tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": given, "HOME": str(tmp_path / "home")}
    place.verify(code=1, environment=home)
    assert "NO  1 failed" in place.verify("--rerun-failed", code=1, environment=home).out
    assert list((tmp_path / "home" / ".cache" / "troth" / "failed").iterdir())


def test_tests_keep_nothing_in_the_users_own_cache(private_cache: Path, tmp_path: Path, running: Provider) -> None:
    (tmp_path / "web-orders.json").write_text(json.dumps(v4(BAD)))
    troth("verify", "web-orders.json", "--provider-base-url", running.url, folder=tmp_path, code=1)
    name = f"{sha256(str(tmp_path).encode()).hexdigest()[:32]}.json"
    assert (private_cache / "troth" / "failed" / name).exists()


def test_a_contract_that_could_not_be_read_has_not_passed(place: Place, tmp_path: Path) -> None:
    (tmp_path / "web-orders.json").write_text("{")
    place.verify(code=2)
    told = place.verify("--rerun-failed", code=2).err
    assert "last time web-orders.json could not be verified at all" in told
    place.pact(GOOD)
    place.verify(code=0)
    assert "everything passed last time" in place.verify("--rerun-failed", code=2).err


def test_what_failed_last_time_is_never_published(place: Place, tmp_path: Path) -> None:
    place.verify(code=1)
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PACT_BROKER_BASE_URL": str(tmp_path / "broker.db")}
    options = ("--provider", "orders", "--rerun-failed", "--publish", "--provider-app-version", "1")
    run = troth("verify", *options, folder=tmp_path, environment=cache, code=2)
    assert "Results are published only for whole contracts" in run.err


def test_one_protocol_is_chosen(place: Place) -> None:
    place.pact(GOOD, message("a message", {"a": 1}))
    assert "YES  1 passed" in place.verify("--protocol", "http", code=0).out
    assert "YES  1 passed" in place.verify("--protocol", "HTTP", code=0).out
    assert "message-handler-missing" in place.verify("--protocol", "message", code=3).out
    none = place.verify("--protocol", "grpc", code=2).err
    assert "No interaction of any contract passes the filter" in none
    assert "what the contracts speak is http, message." in none


def test_a_provider_without_an_address_is_told_with_the_option_that_takes_it(place: Place, tmp_path: Path) -> None:
    place.pact(GOOD)
    missing = troth("verify", "web-orders.json", folder=tmp_path, code=2).err
    assert "no URL of the provider was given. --provider-base-url URL says where the provider runs" in missing
    calls = "troth: 1\nprotocol: grpc\nconsumer: web\nprovider: orders\ninteractions:\n"
    (tmp_path / "web.troth.yaml").write_text(
        f"{calls}  - {{description: told, service: a.B, method: C, request: {{}}, status: {{code: NOT_FOUND}}}}\n"
    )
    missing = troth("verify", "web.troth.yaml", folder=tmp_path, code=3).err
    assert "--provider-url PROTOCOL=URL where else." in missing


def test_an_address_needs_its_protocol(place: Place) -> None:
    for text in ("127.0.0.1:50051", "=127.0.0.1:50051", "grpc="):
        assert "write it like grpc=127.0.0.1:50051" in place.verify("--provider-url", text, code=2).err
    assert "1 passed, 1 failed" in place.verify("--provider-url", "grpc=127.0.0.1:50051", code=1).out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gprc=127.0.0.1:50051", "no verifier asks for 'gprc'; there are asyncapi, graphql, graphql-operations,"),
        ("redis=redis://127.0.0.1", "no verifier asks for 'redis'; write it like messages=redis://"),
    ],
)
def test_an_address_that_nobody_asks_for_is_refused(place: Place, text: str, said: str) -> None:
    assert said in place.verify("--provider-url", text, code=2).err


def test_an_address_is_given_for_a_protocol_however_it_is_spelled(place: Place) -> None:
    place.pact(GOOD)
    assert "YES  1 passed" in place.verify("--provider-url", "gRPC=127.0.0.1:1", code=0).out


def test_a_deadline_is_a_number(place: Place) -> None:
    assert "'--deadline': nan is no number." in place.verify("--deadline", "nan", code=2).err
