"""JSON from outside is read exactly or refused with a sentence that helps."""

import contextlib
import json
import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.schemas.documents import values
from troth_schemas.errors import ContractUnreadable, SchemasError
from troth_schemas.json_body import parse


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


REFUSED = {
    "nothing": (b"", "is empty at line 1, column 1", "Send"),
    "blanks": (b" \n ", "is empty", "Send"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "byte order mark", "without"),
    "a byte that is not UTF-8": ('["ä"'.encode() + b"\xff]", "byte 0xff cannot stand at character 4", "UTF-8"),
    "a surrogate in UTF-8": (b'["\xed\xa0\x80"]', "at character 2", "UTF-8"),
    "a comma too many": (b'{"a": 1,\n}', "is not JSON: ", "Remove"),
    "two commas": (b"[1,,2]", "at line 1, column 4", "Remove"),
    "a text cut off": (b'{"a": [1, 2', "at line 1, column 12", "cut off"),
    "single quotes": (b"{'a': 1}", "at line 1, column 2", "double quotes"),
    "a page of HTML": (b"<html>", "expecting value", "HTML"),
    "a comment": (b"// hello\n{}", "expecting value", "no comments"),
    "a line break in a string": (b'["a\nb"]', "invalid control character at line 1, column 4", "\\n"),
    "two documents": (b"{}\n{}", "extra data at line 2, column 1", "'{'"),
    "a missing comma": (b'{"a": [1 2]}', "at line 1, column 10", "'2'"),
    "a number too large": (b'{"a": 1,\n "b": [2.5, 1e400]}', "too large at line 2, column 13", "string"),
    "a long number too large": (b"[1" + b"0" * 400 + b".5]", "too large at line 1, column 2", "string"),
    "NaN": (b'["NaN", NaN]', "holds NaN, which is no JSON number, at line 1, column 9", "null"),
    "Infinity": (b'{"a":Infinity}', "holds Infinity", "null"),
    "minus Infinity": (b"[1, 2.0, -Infinity]", "holds -Infinity", "null"),
    "a whole number of 5,000 digits": (b"[1, -" + b"9" * 5000 + b"]", "5000 digits at line 1, column 5", "string"),
    "the first half of a pair": (b'["\\ud83d\\ude00",\n"\\ud800"]', "surrogate pair at line 2, column 2", "UTF-8"),
    "the second half of a pair": (b'{"\\uDE00": 1}', "surrogate pair at line 1, column 3", "UTF-8"),
    "halves in the wrong order": (b'["\\ude00\\ud83d"]', "surrogate pair at line 1, column 3", "UTF-8"),
    "51 levels": (nested(51), "nested deeper than 50 levels at line 1, column 51", "Flatten"),
    "51 levels of objects": (b'{"a":' * 51 + b"1" + b"}" * 51, "nested deeper", "Flatten"),
    "51 levels among brackets in strings": (b'["]",' * 51 + b"1" + b"]" * 51, "line 1, column 251", "Flatten"),
    "51 levels after an escaped quote": (b'["\\"]\\\\",' + nested(50) + b"]", "nested deeper", "Flatten"),
    "51 levels beside closed ones": (b"[[]," * 51 + b"1" + b"]" * 51, "line 1, column 198", "Flatten"),
    "brackets that only seem deep": (b'\\"' + nested(51) + b'"', "is not JSON: expecting value", "'\\\\'"),
    "a million levels": (nested(1_000_000), "nested deeper", "Flatten"),
    "a million brackets that never close": (b"[" * 1_000_000, "nested too deeply", "Close every bracket"),
}


@pytest.mark.parametrize(("body", "complaint", "fix"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_kept_is_refused_with_the_place_and_a_fix(body: bytes, complaint: str, fix: str) -> None:
    with pytest.raises(ContractUnreadable) as caught:
        parse(body)
    assert str(caught.value).startswith("The contract ")
    assert complaint in str(caught.value)
    assert fix in caught.value.fix
    assert caught.value.place in str(caught.value)


def test_the_error_names_the_thing_that_was_read() -> None:
    with pytest.raises(ContractUnreadable, match=r"^The request body is empty at line 1, column 1\. "):
        parse(b"", what="the request body")


def test_the_index_counts_characters_and_not_bytes() -> None:
    with pytest.raises(ContractUnreadable) as caught:
        parse('["äöü", oops]'.encode())
    assert caught.value.index == 8


def test_the_error_is_a_value_error_of_this_package_and_survives_a_process() -> None:
    with pytest.raises(ValueError, match="is empty") as caught:
        parse(b"")
    assert isinstance(caught.value, SchemasError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.place, again.fix) == (str(caught.value), "line 1, column 1", "Send a JSON document.")


KEPT = {
    "an integer of any size": (b"[-123456789012345678901234567890]", [-123456789012345678901234567890]),
    "a float": (b"[1.5, 1e2, -0.0]", [1.5, 100.0, -0.0]),
    "fifty levels": (nested(50), json.loads(nested(50))),
    "many flat brackets": (b"[" + b"[]," * 500 + b'{"a":[]}]', [[]] * 500 + [{"a": []}]),
    "brackets in strings": (b'{"path":"$[[[[\\"[0]\\\\"}', {"path": '$[[[["[0]\\'}),
    "a pair of surrogates": (b'["\\ud83d\\ude00"]', ["\U0001f600"]),
    "an escaped backslash before u": (b'["\\\\ud800"]', ["\\ud800"]),
    "the last of two members with one name": (b'{"a":1,"a":2}', {"a": 2}),
    "a scalar": (b'"text"', "text"),
}


@pytest.mark.parametrize(("body", "value"), KEPT.values(), ids=KEPT.keys())
def test_what_can_be_kept_is_kept(body: bytes, value: object) -> None:
    assert parse(body) == value


def test_another_depth_may_be_asked_for() -> None:
    assert parse(nested(3), max_depth=3) == [[[]]]
    with pytest.raises(ContractUnreadable, match="deeper than 2 levels"):
        parse(nested(3), max_depth=2)


@given(values)
def test_whatever_was_written_is_read_back(value: object) -> None:
    for escaped in (True, False):
        again = parse(json.dumps(value, ensure_ascii=escaped).encode())
        assert json.dumps(again) == json.dumps(value)


@given(values.map(lambda value: json.dumps(value, indent=1).encode()), st.integers(0, 8))
def test_the_depth_is_counted_exactly(body: bytes, limit: int) -> None:
    def depth(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    if depth(json.loads(body)) <= limit:
        parse(body, max_depth=limit)
    else:
        with pytest.raises(ContractUnreadable, match="deeper than"):
            parse(body, max_depth=limit)


jsonish = st.text(st.sampled_from("[]{}\",:\\ud8a0e+-.1NaInfity\n <'/"), max_size=30).map(str.encode)


@given(st.binary(max_size=40) | jsonish)
@example(b'["\\u12"]')
@example(b"[1.]")
@example(b"-")
@example(b"\xf0\x9f")
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with contextlib.suppress(ContractUnreadable):
        json.dumps(parse(body), allow_nan=False, ensure_ascii=False).encode()
