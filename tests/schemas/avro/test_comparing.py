"""What the comparison of two schemas says beside its rules: names, places, protocols, and large and hostile schemas."""

import json
import time
from typing import Any

import pytest

from troth_schemas.avro.format import compare, load
from troth_schemas.evolution import evolve
from troth_schemas.options import DEFAULT
from troth_schemas.report import Report
from troth_schemas.sources import Sources, one


def report(reader: Any, writer: Any) -> Report:
    documents = [load(one("s.avsc", json.dumps(schema).encode())).document for schema in (reader, writer)]
    found: Report = compare(documents[0], documents[1], DEFAULT)
    return found


def record(name: str, **fields: Any) -> Any:
    return {"type": "record", "name": name, "fields": [{"name": key, "type": kind} for key, kind in fields.items()]}


def test_what_two_records_disagree_on_is_told_once_wherever_they_meet() -> None:
    def order(cents: str) -> Any:
        return record(
            "Order", first=record("Money", cents=cents), second="Money", third={"type": "array", "items": "Money"}
        )

    found = report(order("int"), order("long"))
    assert [one.message for one in found.findings] == ["Money.cents: long is written, but the reader wants int."]
    assert found.findings[0].element == "Money.cents"
    assert found.scope == ("Order",)


def test_fingerprints_survive_another_order_of_fields() -> None:
    new = record("Order", a=record("Money", cents="int"), b="Money")
    reordered = record("Order", b=record("Money", cents="int"), a="Money")
    old = record("Order", a=record("Money", cents="long"), b="Money")
    assert report(new, old).findings[0].fingerprint == report(reordered, old).findings[0].fingerprint


def test_a_type_read_as_two_others_is_told_for_each() -> None:
    old = record("Order", a=record("Money", cents="long"), b="Money")
    new = record("Order", a={**record("Cash", cents="int"), "aliases": ["Money"]}, b=record("Money", cents="int"))
    found = report(new, old)
    assert len({one.fingerprint for one in found.breaking}) == len(found.breaking) == 2
    assert found.breaking[0].element == "Money.cents"


def test_of_two_branches_of_one_unqualified_name_the_full_name_decides() -> None:
    union = [record("a.X", f="int"), record("b.X", f="string")]
    assert report(union, record("b.X", f="string")).compatible is True


def test_a_branch_that_cannot_be_read_is_not_covered_rather_than_missing() -> None:
    found = report(["null", "Nobody"], "int")
    assert (found.compatible, found.findings) == (None, ())
    assert "Not compared, because no type is called Nobody." in found.not_covered[0].message


def protocol(**messages: Any) -> Any:
    return {"protocol": "Shop", "messages": messages}


def message(response: Any = "null", errors: Any = (), **request: Any) -> Any:
    parameters = [{"name": name, "type": kind} for name, kind in request.items()]
    return {"request": parameters, "response": response, "errors": list(errors)}


def test_a_server_reads_requests_and_its_clients_read_answers() -> None:
    old, new = protocol(pay=message("int", total="int")), protocol(pay=message("int", total="long"))
    assert report(new, old).compatible is True
    assert [one.rule for one in report(old, new).findings] == ["avro/type-mismatch"]
    wider = protocol(pay=message("long", total="int"))
    found = report(wider, old)
    assert [(one.rule, one.interaction) for one in found.findings] == [("avro/type-mismatch", "pay")]


def test_errors_of_a_message_are_read_by_its_clients() -> None:
    refused = {"type": "error", "name": "Refused", "fields": []}
    found = report(protocol(pay=message(errors=[refused])), protocol(pay=message()))
    assert [one.rule for one in found.breaking] == ["avro/missing-union-branch"]


def test_parameters_and_answers_of_a_message_have_findings_of_their_own() -> None:
    found = report(protocol(pay=message("int", total="int")), protocol(pay=message("string", total="string")))
    assert len({one.fingerprint for one in found.breaking}) == 2
    assert all(one.witness is not None for one in found.breaking)


def test_every_mode_of_evolution_follows_from_the_one_comparison() -> None:
    def version(*names: str) -> Any:
        fields = [{"name": name, "type": "int"} for name in names]
        return load(one("s.avsc", json.dumps({"type": "record", "name": "R", "fields": fields}).encode())).document

    def judge(new: Any, old: Any) -> Report:
        found: Report = compare(new, old, DEFAULT)
        return found

    history = [version("a", "b", "c"), version("a", "b")]
    verdicts = {
        mode: evolve(version("a"), history, mode, judge).compatible
        for mode in ("BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FULL")
    }
    assert verdicts == {"BACKWARD": True, "BACKWARD_TRANSITIVE": True, "FORWARD": False, "FULL": False}


def test_types_that_mention_one_another_in_a_long_chain_neither_break_nor_stall() -> None:
    size = 5000
    chain = [record(f"R{number}", next=f"R{number + 1}") for number in range(size)]
    old, new = [*chain, record(f"R{size}", end="int")], [*chain, record(f"R{size}", end="string")]
    found = report(new, old)
    assert [one.message for one in found.findings] == [f"R{size}.end: int is written, but the reader wants string."]
    assert report([*reversed(new)], [*reversed(old)]).compatible is False


def test_data_that_would_grow_without_measure_are_not_made() -> None:
    levels = [record(f"R{number}", a=f"R{number + 1}", b=f"R{number + 1}") for number in range(40)]
    old, new = [*levels, record("R40", end="int")], [*levels, record("R40", end="string")]
    started = time.process_time()
    [found] = report(new, old).findings
    assert time.process_time() - started < 2
    assert found.rule == "avro/type-mismatch"


def test_arrays_within_arrays_to_the_limit_are_compared() -> None:
    deep: Any = "int"
    other: Any = "string"
    for _ in range(190):
        deep, other = {"type": "array", "items": deep}, {"type": "array", "items": other}
    assert report(deep, other).compatible is False
    assert report([deep, "null"], other).compatible is False


@pytest.mark.parametrize("size", [1000])
def test_a_thousand_fields_take_milliseconds(size: int) -> None:
    fields = {f"field_{number}": ["null", "string"] for number in range(size)}
    new, old = (load(one("s.avsc", json.dumps(record("R", **fields)).encode())).document for _ in range(2))
    started = time.process_time()
    assert compare(new, old, DEFAULT).compatible is True
    assert time.process_time() - started < 0.5


def test_places_name_the_document_that_a_type_stands_in() -> None:
    def documents(kind: str) -> Any:
        files = {"order.avsc": record("Order", total="Money"), "money.avsc": record("Money", cents=kind)}
        return load(Sources("order.avsc", {name: json.dumps(each).encode() for name, each in files.items()})).document

    [found] = compare(documents("int"), documents("long"), DEFAULT).findings
    assert found.reader is not None
    assert (found.reader.document, found.reader.pointer) == ("money.avsc", "/fields/0/type")


def test_a_union_of_thousands_of_branches_is_neither_listed_nor_read_for_each_of_them() -> None:
    old, new = ([record(f"{letter}{index}") for index in range(2000)] for letter in "AB")
    found = report(new, old).breaking
    assert len(found) == 2000
    assert found[0].message.endswith("B18, B19, 1980 more) takes the record A0.")
    assert all(one.witness is None for one in found)
