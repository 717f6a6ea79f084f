"""Our own engine and the official library send the same requests, for what chance makes up.

Left out, because the library is the odd one: it takes a query or a fragment out of a path, makes slashes of its
backslashes, and drops parameters without ``=``. It never sends a content type that no header states; ours sends the
envelope's, or what the body begins with. The order of parameters and of headers means nothing.
"""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from tests.verifiers.agreement import Json, pact, tree
from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.providing import Answer, Asked, Provider, providing
from troth_verifiers import Outcome, Target, verify
from troth_verifiers.pact import PactVerifier

CASES = int(os.environ.get("TROTH_TEST_EXAMPLES", "15"))
SEED = os.environ.get("TROTH_TEST_SEED", "1")
LETTERS = [*"ab1/.-_~!$&'()*+,;=:@%\"<>^`{|}[]é€😀", "%20", "%2F", "%41", "%zz", "//", ".", "/.", " a"]
VALUES = ["a", "a, b", "a;b=c", '"x"', "1", "Bearer x", "Mon, 01 Jan 2024 00:00:00 GMT", "text/html;q=0.5", " a "]
NAMES = ["X-A", "x-b", "Accept", "Cookie", "Authorization", "If-None-Match", "Accept-Language", "Date", "User-Agent"]
TYPES = [
    "application/json", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream",
    "application/hal+json; charset=utf-8", "application/xml",
]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with providing() as running:
        running.otherwise = Answer(200)
        yield running


def word(chance: Random, most: int) -> str:
    return "".join(chance.choice(LETTERS) for _ in range(chance.randint(0, most)))


def headers(chance: Random, version: str) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name in chance.sample(NAMES, chance.randint(0, 3)):
        values = [chance.choice(VALUES) for _ in range(chance.randint(1, 2))]
        found[name] = values if version == "4.0" and chance.random() < 0.8 else ", ".join(values)
    return found


def query(chance: Random, version: str) -> Json:
    if version == "2.0.0":
        values = ["1", "x y", "x%20y", "x+y", "é", "%C3%A9", "a,b", "", "a=b"]
        return "&".join(f"{chance.choice('abc')}={chance.choice(values)}" for _ in range(chance.randint(0, 3)))
    names = chance.sample(["a", "b", "c[]", "é", "a b", "x.y"], chance.randint(0, 2))
    return {name: [word(chance, 3) for _ in range(chance.randint(1, 3))] for name in names}


def request(chance: Random, version: str, index: int) -> dict[str, Json]:
    made: dict[str, Json] = {
        "method": chance.choice(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get"]),
        "path": f"/{index}/x{word(chance, 5)}",
        "headers": headers(chance, version),
        "query": query(chance, version),
    }
    if chance.random() < 0.6:
        kind = chance.choice([*TYPES, ""])
        if kind and chance.random() < 0.7:
            made["headers"]["Content-Type"] = [kind] if version == "4.0" else kind
        content = chance.choice([tree(chance), "a=1&b=2", "<a>é</a>", '"text"', '{"a": 1}', "", None])
        envelope: dict[str, Json] = {"content": content, "encoded": False} | ({"contentType": kind} if kind else {})
        if isinstance(content, str) and chance.random() < 0.2:
            envelope |= {"content": b64encode(content.encode()).decode(), "encoded": "base64"}
        made["body"] = envelope if version == "4.0" and content is not None else content
    return made


def sent(document: dict[str, Json], engine: str, server: Provider) -> dict[str, Asked]:
    """What an engine sent, by the number that each path begins with."""
    server.asked.clear()

    async def replayed() -> None:
        verifier = PactVerifier()
        try:
            listed = verifier.interactions(contract(document))
            target = Target(url=server.url, engine=engine)
            assert [one.outcome async for one in verifier.verify_all(listed, target)] == [Outcome.PASSED] * len(listed)
        finally:
            await verifier.aclose()

    asyncio.run(replayed())
    return {one.path.split("/")[1]: one for one in server.asked}


def meaning(one: Asked, names: set[str]) -> tuple[Any, ...]:
    """A request without what means nothing; of a header in several lines the last, as `Provider` keeps no other."""
    parts = urlsplit(one.path)
    lines = sorted((name, text.rpartition(", ")[2].rpartition("; ")[2].strip()) for name, text in one.headers.items())
    try:
        body = json.loads(one.body)
    except ValueError:
        body = one.body
    parameters = sorted(parse_qsl(parts.query, keep_blank_values=True))
    return one.method, unquote(parts.path), parameters, [pair for pair in lines if pair[0] in names], body


@pytest.mark.parametrize("version", ["2.0.0", "3.0.0", "4.0"])
def test_both_send_the_same_requests(server: Provider, version: str) -> None:
    chance = Random(f"{version} {SEED}")
    typed = {"type": "Synchronous/HTTP"} if version == "4.0" else {}
    elements: list[dict[str, Json]] = [
        {**typed, "description": str(n), "request": request(chance, version, n), "response": {"status": 200}}
        for n in range(CASES)
    ]
    document = pact(elements, version)
    theirs, ours = (sent(document, engine, server) for engine in ("pact", "troth"))
    for index, element in enumerate(elements):
        names = {name.lower() for name in element["request"]["headers"]}
        one, other = (meaning(came[str(index)], names) for came in (theirs, ours))
        assert one == other, json.dumps(element["request"], ensure_ascii=False)


@pytest.mark.parametrize(
    ("headers", "framed"),
    [
        ({"Content-Length": ["500"]}, {"content-length": "7"}),
        ({"content-length": "7"}, {"content-length": "7"}),
        ({"Transfer-Encoding": ["chunked"]}, {"transfer-encoding": "chunked"}),
    ],
)
def test_a_body_is_framed_as_it_is_sent(headers: dict[str, Json], framed: dict[str, str], server: Provider) -> None:
    one = http("one", "/one")
    body = {"content": {"a": 1}, "contentType": "application/json", "encoded": False}
    one["request"] |= {"method": "POST", "headers": headers, "body": body}
    server.asked.clear()
    verify(contract(v4(one)), server.url)
    asked = next(one for one in server.asked if one.method == "POST")
    assert {name: asked.headers[name] for name in asked.headers if name in {*framed, "content-length"}} == framed


def test_a_header_that_http_cannot_carry_is_not_the_providers_fault(server: Provider) -> None:
    one = http("one", "/one")
    one["request"]["headers"] = {"X-A": ["a\nb"]}
    (result,) = verify(contract(v4(one)), server.url).results
    assert result.cause is not None
    assert result.cause.kind == "not-replayable"
    assert "HTTP cannot carry the request" in result.cause.text
