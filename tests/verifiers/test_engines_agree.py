"""Our own engine and the official library say the same: verdicts and places, for what chance makes up.

Left out, because the library itself is the odd one: rules of equal weight about one place, which it takes in the order
of a hash; rules of content types over JSON strings, which it decodes from base64 where it can; ``[1]`` and scripts,
whose types it takes from the machine's own list; day 357 to 366 of a year, which it does not know; several values of a
header in one line, which it takes for one value even where the header is a list; answers without a
content type, or of another one where no body is expected, whose bodies it does not look at.
"""

import json
import os
from base64 import b64encode
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.verifiers.agreement import (
    FOR_TEXTS,
    Case,
    Json,
    agree_on,
    both,
    changed,
    json_case,
    matcher,
    pact,
    places,
    ruled,
    said_of,
    told,
    tree,
)
from tests.verifiers.providing import Answer, Provider, providing
from troth_verifiers import Target

few = settings(
    max_examples=int(os.environ.get("TROTH_TEST_EXAMPLES", "3")),
    derandomize="TROTH_TEST_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same few in every run; as many others as ``TROTH_TEST_EXAMPLES`` says."""
chances = st.randoms(use_true_random=False, note_method_calls=False)
AT_ONCE = 8


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with providing() as running:
        yield running


def agree(cases: list[Case], server: Provider) -> None:
    disagreements = [told(*one) for one in said_of(cases, server) if not agree_on(one[0].response, *one[1:])]
    assert not disagreements, "\n\n".join(disagreements)


@pytest.mark.parametrize("version", ["2.0.0", "3.0.0", "4.0"])
@given(chance=chances)
@few
def test_on_json(server: Provider, version: str, chance: Random) -> None:
    agree([json_case(chance, version) for _ in range(AT_ONCE)], server)


TYPES = ["text/plain", "application/json", "application/hal+json", "text/html", "text/csv", "application/xml"]


def body_case(chance: Random) -> Case:
    """Texts, JSON strings without quotes, missing, null and empty bodies, and content types that differ."""
    kind = chance.choice(TYPES[:5])
    content: Json = chance.choice(["a", "12", "a b", '"a"', "2020-01-02", "", None])
    response: dict[str, Json] = {"status": 200, "headers": {"Content-Type": [kind]}}
    if chance.random() < 0.85:
        response["body"] = {"content": content, "contentType": kind, "encoded": False} if content is not None else None
    if content and chance.random() < 0.4:
        response["matchingRules"] = {"body": {"$": {"combine": "AND", "matchers": [matcher(chance, FOR_TEXTS)]}}}
    came = chance.choice(["a", "12", "a b", '"a"', '"12"', "2020-01-02", "", content or ""])
    if "json" in kind and chance.random() < 0.6:
        came = json.dumps(came)
    other = content and chance.random() < 0.2
    return Case(response, Answer(200, came.encode(), {"Content-Type": chance.choice(TYPES) if other else kind}))


@given(chance=chances)
@few
def test_on_bodies_of_other_kinds(server: Provider, chance: Random) -> None:
    agree([body_case(chance) for _ in range(AT_ONCE)], server)


def element(chance: Random, name: str, depth: int = 0) -> str:
    attributes = "".join(f' {key}="{chance.choice(["1", "x", ""])}"' for key in "ik" if chance.random() < 0.3)
    inner = [element(chance, chance.choice(["a", "b", "n:a"]), depth + 1) for _ in range(chance.randint(0, 2))]
    text = chance.choice(["", "", "a", "1", " x ", "2020-01-01"])
    return f"<{name}{attributes}>{text}{''.join(inner if depth < 2 else [])}</{name}>"


def xml_case(chance: Random) -> Case:
    inside = element(chance, "b")
    example = f'<r xmlns:n="urn:n">{inside}</r>'
    came = example
    for old, new in ((">1<", ">2<"), ("<a>", "<a/><a>"), ('i="1"', 'i="z"'), ("<a></a>", ""), ("<b>", '<b q="1">')):
        came = came.replace(old, new, 1) if chance.random() < 0.3 else came
    steps = [".a", ".b", "['urn:n:a']", ".*", "['#text']", "['@i']"]
    paths = ["$.r", "$.r.b", *(f"$.r.b{one}" for one in steps), *(f"$.r.b.a{one}" for one in steps)]
    names = (*FOR_TEXTS, "min", "max", "type", "type")
    rules = {chance.choice(paths): {"matchers": [matcher(chance, names)]} for _ in range(chance.randint(0, 1))}
    kind = "application/xml"
    body = {"content": example, "contentType": kind, "encoded": False}
    response: dict[str, Json] = {"status": 200, "headers": {"Content-Type": [kind]}, "body": body}
    return Case(
        {**response, **({"matchingRules": {"body": rules}} if rules else {})},
        Answer(200, came.encode(), {"Content-Type": kind}),
    )


@given(chance=chances)
@few
def test_on_xml(server: Provider, chance: Random) -> None:
    agree([xml_case(chance) for _ in range(AT_ONCE)], server)


def message_of(chance: Random, version: str) -> tuple[dict[str, Json], Json, dict[str, Json]]:
    """A message, what comes in its place, and the metadata that come with it."""
    example = tree(chance)
    while example is None or example == "":
        example = tree(chance)
    metadata: dict[str, Json] = {"contentType": "application/json"} | (
        {"key": chance.choice(["a", "1", 1, True])} if chance.random() < 0.5 else {}
    )
    came = {name: value if chance.random() < 0.8 else "b" for name, value in metadata.items()}
    came["contentType"] = "application/json"
    rules: dict[str, Json] = {"body": ruled(chance, places(example), ("type", "regex", "integer", "min", "include"))}
    if "key" in metadata and chance.random() < 0.5:
        rules["metadata"] = {"key": {"matchers": [matcher(chance, ("type", "regex", "equality"))]}}
    contents = {"content": example, "contentType": "application/json", "encoded": False}
    named = "metadata" if version == "4.0" else "metaData"
    part: dict[str, Json] = {"contents": contents if version == "4.0" else example, named: metadata}
    rules = {name: inner for name, inner in rules.items() if inner}
    return part | ({"matchingRules": rules} if rules else {}), changed(chance, example), came


@pytest.mark.parametrize("kind", ["3.0.0", "4.0", "synchronous"])
@given(chance=chances)
@few
def test_on_messages(server: Provider, kind: str, chance: Random) -> None:
    version = "3.0.0" if kind == "3.0.0" else "4.0"
    elements: list[dict[str, Json]] = []
    for index in range(AT_ONCE):
        part, came, metadata = message_of(chance, version)
        more = {"Pact-Message-Metadata": b64encode(json.dumps(metadata).encode()).decode()}
        server.answers[f"/{index}/message"] = Answer(json=came, body=b"null", headers=more)
        if kind == "synchronous":
            request = {"contents": {"content": {}, "contentType": "application/json", "encoded": False}}
            part = {"type": "Synchronous/Messages", "request": request, "response": [part]}
        elif kind == "4.0":
            part["type"] = "Asynchronous/Messages"
        elements.append({"description": str(index), **part})
    document = pact(elements, version, section="interactions" if version == "4.0" else "messages")
    theirs, ours = both(document, Target(endpoint=server.url))
    found = [
        f"{json.dumps(element)}\n{server.answers[f'/{index}/message']}\ntheirs {one}\nours   {other}"
        for index, (element, one, other) in enumerate(zip(elements, theirs, ours, strict=True))
        if not agree_on(element.get("response", [element])[0], one, other)
    ]
    assert not found, "\n\n".join(found)
