"""Containment against another library that validates: sampled instances must bear out every answer."""

from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.schemas.jsonschema.asking import ask
from tests.schemas.jsonschema.strategies import instances, pairs, realistic, schemas
from troth_schemas.options import Options

STRICT = Options(open_models="strict")
unhurried = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def judge_of(schema: Any) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema)


def check(pair: tuple[Any, Any], data: st.DataObject) -> bool | None:
    reader, writer = pair
    answer = ask(reader, writer, options=STRICT)
    reads, writes = judge_of(reader), judge_of(writer)
    for gap in answer.gaps:
        if gap.witness is not None:
            assert writes.is_valid(gap.witness[0]), f"{gap}\nreader {reader}\nwriter {writer}"
            assert not reads.is_valid(gap.witness[0]), f"{gap}\nreader {reader}\nwriter {writer}"
    if answer.contained is True:
        for _ in range(8):
            value = data.draw(instances(writer))
            if writes.is_valid(value):
                assert reads.is_valid(value), f"{value!r}\nreader {reader}\nwriter {writer}"
    return answer.contained


@unhurried
@given(pairs(schemas), st.data())
def test_what_is_contained_holds_for_sampled_instances_and_every_witness_is_one(
    pair: tuple[Any, Any], data: st.DataObject
) -> None:
    check(pair, data)


@unhurried
@given(pairs(realistic), st.data())
def test_the_same_of_schemas_as_people_write_them(pair: tuple[Any, Any], data: st.DataObject) -> None:
    check(pair, data)


@unhurried
@given(pairs(realistic), st.data())
def test_leniently_what_is_contained_holds_for_instances_without_undeclared_members(
    pair: tuple[Any, Any], data: st.DataObject
) -> None:
    reader, writer = pair
    assume(ask(reader, writer).contained)
    value = data.draw(instances(closed(writer)))
    # Closing one choice of a oneOf lets in what two choices would have refused, so the writer itself must take it too.
    if judge_of(writer).is_valid(value) and judge_of(closed(writer)).is_valid(value):
        assert judge_of(reader).is_valid(value), f"{value!r}\nreader {reader}\nwriter {writer}"


def closed(schema: Any) -> Any:
    """The schema with its open models closed where that changes nothing else."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key in ("enum", "const", "required") else closed(value) for key, value in schema.items()}
    return {**found, "unevaluatedProperties": False} if "properties" in found or "allOf" in found else found


def test_nearly_every_pair_of_schemas_is_decided_and_nearly_every_gap_has_a_witness(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = []

    @settings(deadline=None, max_examples=300, database=None, suppress_health_check=list(HealthCheck))
    @given(pairs(realistic))
    def collect(pair: tuple[Any, Any]) -> None:
        answers.append(ask(*pair, options=STRICT))

    collect()
    decided = sum(one.contained is not None for one in answers) / len(answers)
    gaps = [gap for one in answers for gap in one.gaps]
    shown = sum(gap.witness is not None for gap in gaps) / len(gaps)
    with capsys.disabled():
        print(f"\n{len(answers)} pairs of schemas: {decided:.1%} decided; {len(gaps)} gaps: {shown:.1%} with a witness")
    assert decided >= 0.98
    assert shown >= 0.95
