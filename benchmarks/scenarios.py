"""What the benchmark asks: the requests of a consumer's build, a provider's build and a deployment."""

import base64
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from benchmarks.documents import TEST_RESULTS, body, document
from benchmarks.fleet import DAY, MAIN
from benchmarks.load import Answer, Request
from benchmarks.seed import today
from benchmarks.shape import ASKED

CONSUMER = "web"
_PAIR = f"/pacts/provider/{ASKED}/consumer/{CONSUMER}"
_numbers = itertools.count(int(time.time()))


class Asks(Protocol):
    """Whatever sends a request to a broker."""

    def ask(self, request: Request) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What the questions need to know about the store."""

    version: str
    """The version of `storefront` on its main branch's head, as a query writes it."""
    sha: str
    """The content of the newest pact between `web` and `storefront`."""
    pact: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request, the processor time that it may cost, and a check of its answer."""

    name: str
    goals: tuple[float | None, float | None]
    """Milliseconds of the server's processor time per request: on SQLite, on PostgreSQL."""
    requests: Callable[[Known], Iterator[Request]]
    answers_well: Callable[[Any], bool]


def learn(client: Asks) -> Known:
    """Look around in a seeded store."""
    head = _read(client, f"/pacticipants/{ASKED}/branches/{MAIN}/latest-version")
    pact = _read(client, f"{_PAIR}/branch/{MAIN}/latest")
    href: str = pact["_links"]["pb:pact-version"]["href"]
    contract = {name: pact[name] for name in ("consumer", "provider", "interactions", "metadata")}
    for interaction in contract["interactions"]:
        interaction.pop("_id", None)
    return Known(quote(head["number"], safe=""), href.rpartition("/")[2], contract)


def _read(client: Asks, path: str) -> Any:
    answer = client.ask(Request.of("GET", path))
    if answer.status != 200:
        raise RuntimeError(f"GET {path}: {answer.status} {answer.body[:500]!r}; was the store seeded?")
    return json.loads(answer.body)


def _always(method: str, path: str, sent: Any = None) -> Iterator[Request]:
    return itertools.repeat(Request.of(method, path, json.dumps(sent).encode() if sent is not None else b""))


def _publications(contracts: Iterator[dict[str, Any]]) -> Iterator[Request]:
    for contract in contracts:
        version = f"2.{next(_numbers)}.0"
        sent = {
            "pacticipantName": CONSUMER,
            "pacticipantVersionNumber": version,
            "branch": MAIN,
            "buildUrl": f"https://ci.example.com/{version}",
            "contracts": [
                {
                    "consumerName": CONSUMER,
                    "providerName": ASKED,
                    "specification": "pact",
                    "contentType": "application/json",
                    "content": base64.b64encode(body(contract)).decode(),
                }
            ],
        }
        yield Request.of("POST", "/contracts/publish", json.dumps(sent).encode())


def _new_contracts() -> Iterator[dict[str, Any]]:
    while True:
        yield document(CONSUMER, ASKED, 10**9 + next(_numbers), 4)


def _results(known: Known) -> Iterator[Request]:
    while True:
        sent = {
            "success": True,
            "providerApplicationVersion": f"2.{next(_numbers)}.0",
            "testResults": json.loads(TEST_RESULTS),
            "verifiedBy": {"implementation": "Pact-Rust", "version": "1.3.2"},
        }
        path = f"{_PAIR}/pact-version/{known.sha}/verification-results"
        yield Request.of("POST", path, json.dumps(sent).encode())


def _for_verification(_known: Known) -> Iterator[Request]:
    since = time.strftime("%Y-%m-%d", time.gmtime((today() - 13 * DAY) / 1e6))
    sent = {
        "consumerVersionSelectors": [{"mainBranch": True}, {"deployedOrReleased": True}],
        "providerVersionBranch": MAIN,
        "includePendingStatus": True,
        "includeWipPactsSince": since,
    }
    return _always("POST", f"/pacts/provider/{ASKED}/for-verification", sent)


_MATRIX = f"/matrix?q[][pacticipant]={CONSUMER}&q[][pacticipant]={ASKED}&limit=100"

READS = (
    Scenario("index", (0.25, 0.25), lambda _: _always("GET", "/"), lambda body: len(body["_links"]) > 20),
    Scenario(
        "latest pact",
        (0.4, 0.3),
        lambda _: _always("GET", f"{_PAIR}/latest"),
        lambda body: len(body["interactions"]) > 1,
    ),
    Scenario(
        "pacts for verification",
        (0.8, 1.0),
        _for_verification,
        lambda body: len(body["_embedded"]["pacts"]) == 8,
    ),
    Scenario(
        "can-i-deploy",
        (1.3, 2.2),
        lambda known: _always(
            "GET", f"/can-i-deploy?pacticipant={ASKED}&version={known.version}&environment=production"
        ),
        lambda body: body["summary"]["deployable"] is True and len(body["matrix"]) == 8,
    ),
    Scenario(
        "matrix, 100 rows",
        (3.0, 3.15),
        lambda _: _always("GET", _MATRIX),
        lambda body: len(body["matrix"]) == 100,
    ),
    Scenario(
        "matrix by versions, 100 rows",
        (3.0, 3.15),
        lambda _: _always("GET", f"{_MATRIX}&latestby=cvpv"),
        lambda body: len(body["matrix"]) == 100,
    ),
)

WRITES = (
    Scenario(
        "publish unchanged",
        (1.6, 1.9),
        lambda known: _publications(itertools.repeat(known.pact)),
        lambda body: "pb:contracts" in body["_links"],
    ),
    Scenario(
        "publish new",
        (1.9, 1.9),
        lambda _: _publications(_new_contracts()),
        lambda body: "pb:contracts" in body["_links"],
    ),
    Scenario("publish results", (None, None), _results, lambda body: body["success"] is True),
)
