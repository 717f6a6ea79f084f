"""Real descriptions of 1.7 and 0.6 MB: no false alarm about themselves, and proof for what really breaks."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.schemas.openapi import real
from troth_schemas.openapi.format import FORMAT
from troth_schemas.openapi.model import Api
from troth_schemas.options import DEFAULT
from troth_schemas.report import Report

pytestmark = real.needed

NAMES = sorted(real.REAL)
REWRITTEN: dict[str, Callable[[Any], Any]] = {
    "keys the other way round": real.reversed_keys,
    "references written out": real.inlined,
    "without summaries and examples": real.without_words,
}


def compare(new: Api, old: Api) -> Report:
    return FORMAT.compare(new, old, DEFAULT)


def assert_nothing_found(report: Report, operations: int) -> None:
    assert [(one.rule, one.message) for one in (*report.findings, *report.not_covered)] == []
    assert report.judged == operations
    assert report.compatible is True


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", sorted(REWRITTEN))
def test_a_description_is_what_it_is_however_it_is_written(name: str, how: str) -> None:
    old, new = real.api(real.content(name)), real.of(REWRITTEN[how](real.value(name)))
    assert_nothing_found(compare(new, old), len(old.operations))
    assert_nothing_found(compare(old, new), len(old.operations))
    assert FORMAT.digest(new) == FORMAT.digest(old)


def test_yaml_says_what_json_says() -> None:
    old, new = real.api(real.content("okta")), real.api(real.OKTA.with_suffix(".yaml").read_bytes(), "openapi.yaml")
    assert_nothing_found(compare(new, old), len(old.operations))
    assert FORMAT.digest(new) == FORMAT.digest(old)


def test_the_one_value_that_a_publisher_writes_differently_in_yaml_and_json_is_found() -> None:
    yaml = real.api(real.GITBOOK.with_suffix(".yaml").read_bytes(), "openapi.yaml")
    report = compare(yaml, real.api(real.content("gitbook")))
    assert {one.rule for one in report.findings} <= {
        "openapi/response-property-enum-widened",
        "openapi/response-property-enum-narrowed",
        "openapi/request-property-enum-narrowed",
        "openapi/request-property-enum-widened",
        "openapi/response-property-type-widened",
        "openapi/response-property-type-narrowed",
        "openapi/request-property-type-narrowed",
        "openapi/request-property-type-widened",
    }
    assert any("60000_40000" in one.message for one in report.findings)


@pytest.mark.parametrize("name", NAMES)
def test_nearly_all_is_judged_and_nearly_every_breaking_finding_is_proven(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = real.api(real.content(name)), real.of(real.broken(name))
    started = time.process_time()
    report = compare(new, old)
    took = time.process_time() - started
    partly = {place for one in report.not_covered for place in (one.where or (one.interaction,))}
    places = real.properties(real.value(name))
    judged = 1 - len(report.not_covered) / places
    whole = 1 - len(partly) / len(old.operations)
    proven = sum(one.witness is not None for one in report.breaking) / len(report.breaking)
    with capsys.disabled():
        print(
            f"\n{name}: {judged:.1%} of {places} fields and {whole:.1%} of {len(old.operations)} operations judged; "
            f"{proven:.1%} of {len(report.breaking)} breaking findings proven; {took:.2f} s"
        )
    assert report.compatible is False
    assert len(report.breaking) > 50
    assert judged >= 0.98
    assert whole >= 0.98
    assert proven >= 0.95


@pytest.mark.parametrize("change", real.CHANGES, ids=lambda one: one.__name__)
def test_each_breaking_change_is_found(change: Callable[[Any], None]) -> None:
    document = real.value("gitbook")
    change(document)
    assert json.dumps(document) != json.dumps(real.value("gitbook"))
    assert compare(real.of(document), real.api(real.content("gitbook"))).findings


def test_what_many_operations_share_is_reported_once_with_where() -> None:
    document = real.value("gitbook")
    shared = document["components"]["responses"]["NotFoundError"]["content"]["application/json"]["schema"]
    shared["type"] = "array"
    found = [one for one in compare(real.of(document), real.api(real.content("gitbook"))).findings if one.where]
    assert found
    assert max(len(one.where) for one in found) > 20
