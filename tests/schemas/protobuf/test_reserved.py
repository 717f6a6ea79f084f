"""What is reserved: thousands of numbers and names cost as much each as a few."""

import sys
import time
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from hypothesis import given
from hypothesis import strategies as st

from troth_schemas.options import Options
from troth_schemas.protobuf.compare import compare
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.ranges import Reserved, missing

_spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 6)).map(lambda one: (one[0], one[0] + one[1])), max_size=8
)


def _numbers(spans: Any) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}


@given(_spans, _spans)
def test_what_is_missing_is_what_the_old_ranges_hold_and_the_new_ones_do_not(old: Any, new: Any) -> None:
    assert _numbers(missing(old, new)) == _numbers(old) - _numbers(new)
    reserved = Reserved.of(new, ["a"])
    assert {number for number in range(50) if reserved.number(number)} == _numbers(new)


def _schema(count: int, *, kept: bool, enum: bool) -> Schema:
    """A message or an enum of so many members, or one that reserves the number and the name of each."""
    file = FileDescriptorProto(name="a.proto", package="shop", syntax="proto3")
    message, listed = file.message_type.add(name="Order"), file.enum_type.add(name="State")
    message.field.add(name="id", number=1, type=9, label=1, json_name="id")
    listed.value.add(name="NONE", number=0)
    for number in range(2, 2 * count, 2):
        if enum and kept:
            listed.value.add(name=f"S{number}", number=number)
        elif enum:
            listed.reserved_range.add(start=number, end=number)
            listed.reserved_name.append(f"S{number}")
        elif kept:
            message.field.add(name=f"f{number}", number=number, type=9, label=1, json_name=f"f{number}")
        else:
            message.reserved_range.add(start=number, end=number + 1)
            message.reserved_name.append(f"f{number}")
    return Schema(FileDescriptorSet(file=[file]), root="a.proto")


def _work(reader: Schema, writer: Schema, options: Options) -> int:
    """How many calls a comparison makes: the same on every machine, however busy."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        compare(reader, writer, options)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("enum", [False, True], ids=["fields", "values"])
@pytest.mark.parametrize("gone", [True, False], ids=["reserved now", "reserved before"])
@pytest.mark.parametrize("category", ["WIRE", "WIRE_JSON"])
def test_four_times_as_many_reserved_cost_four_times_as_much(category: Any, gone: bool, enum: bool) -> None:
    options = Options(category=category)
    few, many = (
        _work(_schema(count, kept=not gone, enum=enum), _schema(count, kept=gone, enum=enum), options)
        for count in (100, 400)
    )
    assert many < 6 * few, "sixteen times, if each were looked up among all"


def test_ranges_are_taken_from_each_other_in_one_pass() -> None:
    def spent(count: int) -> float:
        old, new = [(4 * one, 4 * one + 2) for one in range(count)], [(4 * one, 4 * one) for one in range(count)]
        found = []
        for _ in range(5):
            begun = time.process_time()
            assert sum(1 for _ in missing(old, new)) == count
            found.append(time.process_time() - begun)
        return min(found)

    assert spent(32_000) < 40 * spent(4_000), "eight times, or sixty-four if each were held against all"
