"""What holds for every contract, whatever it says."""

from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schemas.protobuf.random_protos import changed, file, plans, schema
from troth_schemas.options import CATEGORIES, Options
from troth_schemas.protobuf.canonical import canonical, digest
from troth_schemas.protobuf.compare import compare
from troth_schemas.protobuf.model import Schema
from troth_schemas.report import Report

EVERY = [*(Options(category=one) for one in CATEGORIES), Options(registry=True)]


def _shown(report: Report) -> list[tuple[Any, ...]]:
    return sorted((one.fingerprint, one.rule, one.severity, one.message) for one in report.findings)


@pytest.mark.parametrize("options", EVERY, ids=lambda one: "registry" if one.registry else one.category)
@given(plan=plans)
@settings(deadline=None)
def test_nothing_differs_from_itself(options: Options, plan: Any) -> None:
    report = compare(schema(plan), schema(plan), options)
    assert report.findings == ()
    assert report.compatible is True


@pytest.mark.parametrize("options", EVERY, ids=lambda one: "registry" if one.registry else one.category)
@given(data=st.data(), plan=plans)
@settings(deadline=None)
def test_the_order_of_declarations_changes_no_finding_and_no_digest(options: Options, data: Any, plan: Any) -> None:
    other = data.draw(changed(plan))
    turned = Schema(FileDescriptorSet(file=[file(plan, backwards=True)]), root="contract.proto")
    assert compare(turned, schema(plan), options).breaking == ()
    assert _shown(compare(schema(other), turned, options)) == _shown(compare(schema(other), schema(plan), options))
    assert canonical(turned) == canonical(schema(plan))


@given(data=st.data(), plan=plans)
@settings(deadline=None)
def test_what_breaks_bytes_breaks_json_and_code_as_well(data: Any, plan: Any) -> None:
    other = data.draw(changed(plan))
    verdicts = [compare(schema(other), schema(plan), Options(category=one)).compatible for one in reversed(CATEGORIES)]
    broken = [verdict is False for verdict in verdicts]
    assert broken == sorted(broken), "each category contains the next"


@given(data=st.data(), plan=plans)
@settings(deadline=None)
def test_what_says_something_else_has_another_digest(data: Any, plan: Any) -> None:
    other = data.draw(changed(plan))
    if compare(schema(other), schema(plan), Options(category="FILE")).findings:
        assert digest(schema(other)) != digest(schema(plan))


@given(data=st.data(), plan=plans)
@settings(deadline=None)
def test_every_finding_has_a_place_on_the_side_that_is_relied_on_and_a_fingerprint_of_its_own(
    data: Any, plan: Any
) -> None:
    report = compare(schema(data.draw(changed(plan))), schema(plan), Options())
    assert all(one.writer is not None and one.writer.pointer for one in report.findings)
    assert len({one.fingerprint for one in report.findings}) == len(report.findings)
