"""How much of the AsyncAPI documents of real services is judged, and how much of what breaks their clients is shown."""

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

from tests.schemas.openapi import real
from tests.schemas.pairs.test_real_shares import assert_judged_and_shown
from troth_schemas.contract import Contract, compare
from troth_schemas.pairs import judge
from troth_schemas.report import Report, merge
from troth_schemas.sources import Sources

FOLDER = real.PACKAGES / "@asyncapi/cli/assets/examples"
"""Kraken, Gemini, Gitter, Slack, Mercure and others, as the AsyncAPI initiative hands them to its users."""
ELSEWHERE = "adeo-kafka-request-reply-asyncapi.yml"
"""Its schemas stand on the network, which nobody reads."""

needed = pytest.mark.skipif(not FOLDER.exists(), reason="the real contracts are not set up: make contracts needs npm")


@cache
def documents() -> dict[str, Any]:
    found = sorted(one for one in FOLDER.glob("*.yml") if one.name != ELSEWHERE)
    return {one.with_suffix(".json").name: yaml.safe_load(one.read_bytes()) for one in found}


def described(name: str, value: Any) -> Contract:
    return Contract("asyncapi", Sources(name, {name: json.dumps(value).encode()}))


def operations(value: Any) -> int:
    return len(value["operations"])


def turned(value: Any) -> Any:
    """The document of a client: it receives what is sent."""
    value = copy.deepcopy(value)
    for one in value["operations"].values():
        one["action"] = {"send": "receive", "receive": "send"}[one["action"]]
    return value


def objects(value: Any) -> Iterator[Any]:
    """Every schema of an object, wherever it stands."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if isinstance(one.get("properties"), dict) and one["properties"]:
                yield one
            left.extend(each for name, each in one.items() if name not in ("examples", "default", "not"))
        elif isinstance(one, list):
            left.extend(one)


def broken(value: Any, draw: random.Random) -> Any:
    """The same with members of another type, and with members that are needed."""
    value = copy.deepcopy(value)
    for one in objects(value):
        name = draw.choice(sorted(one["properties"]))
        if draw.random() < 0.5:
            one["properties"][name] = {"type": "array", "items": {"type": "boolean"}}
        else:
            one["properties"]["needed"] = {"type": "string"}
            one["required"] = [*one.get("required", ()), "needed"]
    return value


def moved(value: Any, draw: random.Random) -> Any:
    """The same with some addresses gone elsewhere."""
    value = copy.deepcopy(value)
    for one in value["channels"].values():
        if draw.random() < 0.3 and one.get("address"):
            one["address"] += "/moved"
    return value


def together(reports: list[Report]) -> Report:
    """The reports of several documents as one, the names of their operations told apart."""
    named = zip(sorted(documents()), reports, strict=True)
    return merge(
        replace(
            one, not_covered=tuple(replace(each, interaction=f"{name} {each.interaction}") for each in one.not_covered)
        )
        for name, one in named
    )


@needed
def test_documents_of_events_are_judged_and_what_breaks_them_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    draw, whole, changed, asked = random.Random(7), [], [], []
    for name, value in documents().items():
        other = broken(value, draw)
        whole += [
            compare(described(name, value), described(name, value)),
            judge(described(name, turned(value)), described(name, value)),
        ]
        changed.append(compare(described(name, moved(other, draw)), described(name, value)))
        asked.append(judge(described(name, turned(value)), described(name, other)))
    count = sum(map(operations, documents().values()))
    assert count > 30
    assert [found.message for one in whole for found in one.findings] == []
    assert all(one.compatible is True for one in whole)
    assert_judged_and_shown("AsyncAPI × AsyncAPI, an earlier version", together(changed), count, capsys)
    assert_judged_and_shown("AsyncAPI × AsyncAPI, a client", together(asked), count, capsys)
