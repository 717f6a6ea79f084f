"""JSON as it came: a name that one object has more than once is told with its place, and nothing else is."""

import asyncio
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifiers.openapi.describing import EXAMPLES, ITEM, answers, api, contract, tried
from tests.verifiers.pacts import http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Contract, Outcome, Target, verify
from troth_verifiers.api import Mismatch, Outgoing
from troth_verifiers.json_bodies import read_json
from troth_verifiers.openapi import OpenapiVerifier, against
from troth_verifiers.openapi.checking import Checker
from troth_verifiers.openapi.described import described

TWICE = b'{"id": 1, "price": 1, "pri\\u0063e": 2}'
SAID = (
    "The name 'price' comes 2 times in one object; readers of JSON differ in which one they take (RFC 8259, section 4)."
)
JSON = {"Content-Type": "application/json"}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab\u00e9", max_size=2), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES, st.booleans())
def test_a_value_whose_names_come_once_is_read_as_ever(value: Any, escaped: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=escaped).encode()) == (value, ())


@given(VALUES, st.lists(st.sampled_from(["a", "b", "c"]), max_size=6), st.lists(st.sampled_from(["x", 0]), max_size=3))
def test_each_name_that_comes_again_is_told_once_with_its_place(
    value: Any, names: list[str], around: list[str | int]
) -> None:
    written = "{" + ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name in names) + "}"
    for step in reversed(around):
        written = f"[{written}]" if step == 0 else f'{{"x": {written}}}'
    read, repeated = read_json(written.encode())
    assert read == json.loads(written)
    assert {one.path: one.times for one in repeated} == {
        (*around, name): names.count(name) for name in names if names.count(name) > 1
    }
    assert len(repeated) == len({one.path for one in repeated})


def test_a_name_that_comes_again_in_a_hidden_member_is_told_too() -> None:
    _, repeated = read_json(b'{"a": {"b": 1, "b": 2}, "a": 3, "c": [{}, {"": 1, "": 1, "": 1}]}')
    assert [(one.path, one.times) for one in repeated] == [(("a",), 2), (("a", "b"), 2), (("c", 1, ""), 3)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"NaN", "NaN is no number of JSON"),
        (b"[-Infinity]", "-Infinity is no number of JSON"),
        (b"{'a': 1}", "Expecting property name"),
        (b"", "Expecting value"),
        ('"\u00e4"'.encode("latin-1"), "JSON is in UTF-8, and this is not: byte 0xe4 at 1"),
        ('{"a": 1}'.encode("utf-16"), "JSON is in UTF-8, and this is not: byte 0xff at 0"),
        ('{"a": 1}'.encode("utf-16-le"), "Expecting property name"),
        (b"\xef\xbb\xbf{}", "it begins with a byte order mark"),
        (b'{"a": [-1e400]}', "-1e400 is more than a number of 64 bits holds"),
        (b'["\\ud800"]', "half of a surrogate pair at character 2"),
        (b'["\\\\ud800", "\\ud83d\\ude00", "\\uDE00"]', "half of a surrogate pair at character 29"),
    ],
)
def test_what_is_no_json_is_not_read(text: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        read_json(text)


def faults(media: dict[str, Any], kind: str, content: bytes, *, version: str = "3.0.3") -> list[tuple[str, str]]:
    """What is wrong with an answer; a request of the same is judged alike."""
    answer = {"200": {"description": "", "content": {kind.partition(";")[0]: media}}}
    asked = {"requestBody": {"content": answer["200"]["content"]}, "responses": answer}
    made = Checker(described(contract(api({"/a": {"post": asked}}, version=version))))
    (operation,) = made.described.api.operations
    lines = (("Content-Type", kind),)
    sent = Outgoing("POST", "http://127.0.0.1/a", lines, content)
    told = _told(made.response(operation, 200, lines, content))
    assert _told(made.request(operation, {}, sent)) == told
    return told


def _told(found: tuple[Mismatch, ...]) -> list[tuple[str, str]]:
    return [(one.place.partition(" ")[2], one.text) for one in found]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/problem+json"])
def test_a_body_with_a_name_twice_is_a_fault_beside_those_of_its_schema(kind: str, version: str) -> None:
    assert faults({"schema": ITEM}, kind, TWICE, version=version) == [("body $.price", SAID)]
    assert faults({}, kind, TWICE, version=version) == [("body $.price", SAID)]
    both = faults({"schema": ITEM}, kind, b'{"id": "x", "price": 1, "price": 2}', version=version)
    assert both == [("body $.price", SAID), ("body $.id", "'x' is not of type 'integer'.")]


def test_a_body_of_very_many_is_told_by_the_first_ones() -> None:
    written = b"[" + b",".join([b'{"a": 1, "a": 1}'] * 1000) + b"]"
    assert len(faults({"schema": {"type": "array"}}, "application/json", written)) == 20


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/mixed"])
def test_a_part_in_json_is_read_as_strictly(kind: str) -> None:
    def found(part: bytes) -> list[tuple[str, str]]:
        head = b'--XyZ\r\nContent-Disposition: form-data; name="more"\r\nContent-Type: application/json\r\n\r\n'
        more = {"type": "object", "properties": {"price": {"type": "number"}}}
        named = {"type": "object", "properties": {"more": more}}
        schema = named if kind == "multipart/form-data" else {"type": "array", "items": more}
        return faults({"schema": schema}, f"{kind}; boundary=XyZ", head + part + b"\r\n--XyZ--\r\n")

    name = "'more'" if kind == "multipart/form-data" else "0"
    assert found(b'{"price": 1}') == []
    assert found(TWICE) == [("body", f"{SAID.removesuffix('.')}, in the part {name}.")]
    assert [text for _, text in found(b'{"price": NaN}')] == ["'{\"price\": NaN}' is not of type 'object'."]


def test_a_parameter_in_json_is_read_as_strictly() -> None:
    wanted = {"name": "item", "in": "query", "content": {"application/json": {"schema": ITEM}}}
    whole = described(contract(api({"/a": {"get": {"parameters": [wanted], "responses": answers(ITEM)}}})))
    (operation,) = whole.api.operations

    def found(text: str) -> list[tuple[str, str]]:
        return _told(Checker(whole).request(operation, {}, Outgoing("GET", f"http://127.0.0.1/a?item={text}")))

    assert found('{"id":1,"price":1}') == []
    assert found('{"id":1,"price":1,"price":2}') == [("query item", SAID)]


def test_a_provider_that_answers_so_does_not_do_what_it_says(provider: Provider) -> None:
    provider.answers["/items"] = Answer(body=TWICE, headers=JSON)
    described_so = contract(api({"/items": {"get": {"responses": answers(ITEM)}}}))
    report = asyncio.run(tried(described_so, OpenapiVerifier(EXAMPLES), Target(provider.url)))
    assert [_told(one.mismatches) for one in report.results] == [[("body $.price", SAID)]]
    assert report.exit_code == 1


def test_an_answer_in_an_encoding_that_nobody_undoes_is_no_fault_and_no_pass(provider: Provider) -> None:
    provider.answers["/items"] = Answer(body=b"\x0b\x03\x80", headers={**JSON, "Content-Encoding": "x-own"})
    described_so = contract(api({"/items": {"get": {"responses": answers(ITEM)}}}))
    report = asyncio.run(tried(described_so, OpenapiVerifier(EXAMPLES), Target(provider.url)))
    (result,) = report.results
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert "is in the content encoding x-own, which was not asked for" in result.cause.text


def test_a_pact_says_nothing_of_it_and_the_description_beside_it_does(provider: Provider) -> None:
    provider.answers["/items"] = Answer(body=TWICE, headers=JSON)
    request = {"method": "GET", "path": "/items"}
    pact = v4(http("something", request=request, response={"status": 200}))
    replayed = Contract("web", "stock", json.dumps(pact).encode(), "web-stock.json")
    check = against(contract(api({"/items": {"get": {"responses": answers(ITEM)}}})))
    assert verify(replayed, Target(provider.url, engine="troth")).ok
    report = verify(replayed, Target(provider.url, engine="troth", checks=(check,)))
    assert [_told(one.mismatches) for one in report.results] == [[("body $.price", SAID)]]
