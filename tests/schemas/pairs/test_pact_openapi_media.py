"""Which media type and which status of a description is meant."""

from typing import Any

import pytest

from tests.schemas.pairs.pact_openapi import api
from troth_schemas.json_body import Json
from troth_schemas.openapi import Media
from troth_schemas.pact.matchers import Matcher, RuleList
from troth_schemas.pairs.pact_openapi import media, statuses


def described_as(*types: str) -> tuple[Media, ...]:
    content: Json = {name: {} for name in types}
    return (
        api({"/x": {"get": {"responses": {"200": {"description": "x", "content": content}}}}})
        .operations[0]
        .responses[0]
        .media
    )


@pytest.mark.parametrize(
    ("sent", "types", "found"),
    [
        ("application/json", ["*/*", "application/*", "application/json"], "application/json"),
        ("application/vnd.a+json", ["application/*+json", "application/*"], "application/*+json"),
        ("text/csv", ["text/*", "*/*"], "text/*"),
        ("application/json; charset=utf-8", ["application/json"], "application/json"),
        ("a/json; version=2", ["a/json; version=1", "a/json; version=2"], "a/json; version=2"),
        ("a/json; version=3", ["a/json; version=1"], None),
        ("image/png", ["image/jpeg"], None),
    ],
)  # fmt: skip
def test_the_most_exact_media_type_is_meant(sent: str, types: list[str], found: str | None) -> None:
    meant = media.find(described_as(*types), sent)
    assert (meant.type if meant else None) == found


def test_an_accept_header_takes_what_its_ranges_cover() -> None:
    described = described_as("application/json")
    accepted = ["*/*", "application/*", "text/html, application/json;q=0.5", "application/json;q=odd", ""]
    assert [media.accepted([one], described) for one in accepted] == [True] * 5
    assert not media.accepted(["application/json;q=0, text/html"], described)


@pytest.mark.parametrize(
    ("status", "taken", "found"),
    [
        (200, None, "200"),
        (404, None, "4XX"),
        (500, None, "default"),
        (201, ("success",), "200"),
        (201, (200, 204), "200"),
        (418, ("clientError",), "4XX"),
        (500, ("odd",), "default"),
    ],
)
def test_a_status_is_described_exactly_by_a_range_or_by_the_default(status: int, taken: Any, found: str) -> None:
    operation = api(
        {"/x": {"get": {"responses": {name: {"description": "x"} for name in ("200", "4XX", "default")}}}}
    ).operations[0]
    answers = RuleList((Matcher("statusCode", statuses=taken),)) if taken else None
    meant = statuses.answer(operation, status, answers)
    assert meant is not None
    assert meant.status == found
