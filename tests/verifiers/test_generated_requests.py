"""Every generator in every part of a request, as a provider that really listens gets it."""

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from tests.verifiers.pacts import contract, given, http, sync_message, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome, Target, verify

DAY, CLOCK = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d:\d\d"
GENERATORS: dict[str, tuple[dict[str, Any], str]] = {
    "whole": ({"type": "RandomInt", "min": 500, "max": 502}, "50[0-2]"),
    "decimal": ({"type": "RandomDecimal", "digits": 5}, r"(?=.{6}$)\d+\.\d+"),
    "hexadecimal": ({"type": "RandomHexadecimal", "digits": 7}, "[0-9A-Fa-f]{7}"),
    "letters": ({"type": "RandomString", "size": 9}, "[0-9A-Za-z]{9}"),
    "boolean": ({"type": "RandomBoolean"}, "true|false"),
    "uuid": ({"type": "Uuid"}, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "simple": ({"type": "Uuid", "format": "simple"}, "[0-9a-f]{32}"),
    "upper": ({"type": "Uuid", "format": "upper-case-hyphenated"}, "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
    "lower": ({"type": "Uuid", "format": "lower-case-hyphenated"}, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "urn": ({"type": "Uuid", "format": "URN"}, "urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "regex": ({"type": "Regex", "regex": r"[A-C]{2}-\d+"}, r"[A-C]{2}-\d+"),
    "date": ({"type": "Date"}, DAY),
    "date-format": ({"type": "Date", "format": "dd.MM.yyyy"}, r"\d\d\.\d\d\.\d{4}"),
    "date-moved": ({"type": "Date", "format": "yyyy-MM-dd", "expression": "today + 1 week"}, DAY),
    "time": ({"type": "Time"}, CLOCK),
    "time-moved": ({"type": "Time", "format": "HH:mm", "expression": "now + 2 hours"}, r"\d\d:\d\d"),
    "moment": ({"type": "DateTime", "format": "yyyy-MM-dd'T'HH:mm:ss"}, f"{DAY}T{CLOCK}"),
    "moment-moved": ({"type": "DateTime", "format": "yyyy-MM-dd", "expression": "tomorrow @ noon"}, DAY),
    "state": ({"type": "ProviderState", "expression": "id-${id}", "dataType": "STRING"}, "id-4711"),
    "address": ({"type": "MockServerURL", "example": "http://x/a/1", "regex": ".*(/a/1)$"}, "example"),
}


def interaction(name: str) -> dict[str, Any]:
    """An interaction whose request has one generator in each of its parts."""
    generator = GENERATORS[name][0]
    request = {
        "method": "POST",
        "path": "example",
        "query": {"q": ["kept", "example"], "r": ["example"]},
        "headers": {"X-One": ["example"], "Content-Type": ["application/json"]},
        "body": {
            "content": {"a": "example", "list": ["example", "example"], "b c": {"d": "kept"}},
            "contentType": "application/json",
            "encoded": False,
        },
        "generators": {
            "path": generator,
            "query": {"q[1]": generator, "r": generator},
            "header": {"x-one": generator},
            "body": {"$.a": generator, "$.list[*]": generator, "$.missing": generator},
        },
    }
    return http(name, request=request, providerStates=given("an id"))


@pytest.mark.parametrize("name", GENERATORS)
def test_each_generator_reaches_path_query_header_and_body(name: str, provider: Provider) -> None:
    provider.otherwise = Answer()
    report = verify(contract(v4(interaction(name))), Target(provider.url), states={"an id": lambda: {"id": 4711}})
    assert [one.outcome for one in report.results] == [Outcome.PASSED], report
    pattern = GENERATORS[name][1]
    (asked,) = provider.asked
    parts = urlsplit(asked.path)
    query = parse_qsl(parts.query)
    body = asked.json
    assert query[0] == ("q", "kept")
    assert body["b c"] == {"d": "kept"}
    found = {
        "path": unquote(parts.path).removeprefix("/"),
        **{f"query {number}": value for number, (_, value) in enumerate(query[1:])},
        "header": asked.headers["x-one"],
        **{f"body {number}": value for number, value in enumerate((body["a"], *body["list"]))},
    }
    assert len(found) == 7
    for place, value in found.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        assert re.fullmatch(pattern, text), (place, value)
    assert isinstance(body["a"], bool) == (name == "boolean")


def test_the_metadata_and_the_contents_of_a_messages_request_are_generated() -> None:
    seen: list[Any] = []

    def answer(request: Any) -> dict[str, int]:
        seen.append(request)
        return {"total": 1}

    asked = sync_message("a question", {"id": 1}, {"total": 1})
    asked["request"]["metadata"] = {"key": "example", "other": "kept"}
    asked["request"]["generators"] = {
        "metadata": {"key": {"type": "Uuid", "format": "simple"}},
        "body": {"$.id": {"type": "RandomInt", "min": 7, "max": 7}},
    }
    report = verify(contract(v4(asked)), messages={"a question": answer})
    assert report.ok, report
    (request,) = seen
    assert re.fullmatch("[0-9a-f]{32}", request["metadata"]["key"])
    assert request["metadata"]["other"] == "kept"
    assert request["contents"]["content"] == {"id": 7}


@pytest.mark.parametrize("version", ["3.0.0", "4.0"])
def test_generators_of_version_3_are_made_as_those_of_version_4(version: str, provider: Provider) -> None:
    provider.otherwise = Answer()
    pact = v4(http("one"))
    pact["metadata"] = {"pactSpecification": {"version": version}}
    (one,) = pact["interactions"]
    one["request"] |= {
        "method": "PUT",
        "query": {"q": ["1"]},
        "headers": {"X-One": "1"},
        "body": {"a": 1} if version == "3.0.0" else {"content": {"a": 1}, "contentType": "application/json"},
        "generators": {
            "query": {"q": {"type": "RandomInt", "min": 5, "max": 5}},
            "header": {"X-One": {"type": "RandomInt", "min": 6, "max": 6}},
            "body": {"$.a": {"type": "RandomInt", "min": 7, "max": 7}},
        },
    }
    if version == "3.0.0":
        del one["type"]
    assert verify(contract(pact), Target(provider.url)).ok
    (asked,) = provider.asked
    assert (asked.path, asked.headers["x-one"], asked.json) == ("/?q=5", "6", {"a": 7})
