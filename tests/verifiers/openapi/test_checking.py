"""One message against a description: media types, paths and bodies as they come."""

import json
from typing import Any

import pytest

from tests.verifiers.openapi.describing import ITEM, answers, api, contract
from troth_verifiers import EngineError, Outgoing
from troth_verifiers.openapi.checking import Checker, values_in
from troth_verifiers.openapi.described import described

GOOD = b'{"id": 1, "price": 1}'
TEXT = {"type": "string"}


def places(declared: str, came: str, body: bytes = GOOD, schema: Any = ITEM, *, version: str = "3.0.3") -> list[str]:
    responses = {"200": {"description": "", "content": {declared: {"schema": schema}}}}
    whole = described(contract(api({"/a": {"get": {"responses": responses}}}, version=version)))
    found = Checker(whole).response(whole.api.operations[0], 200, (("Content-Type", came),), body)
    return [one.place for one in found]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("declared", "came"),
    [
        ("application/json", "application/json; charset=utf-8"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/json", "Application/JSON"),
        ("application/*", "application/json"),
        ("*/*", "application/hal+json"),
        ("application/hal+json", "application/hal+json"),
    ],
)
def test_a_media_type_is_found_and_its_json_judged(declared: str, came: str, version: str) -> None:
    assert places(declared, came, version=version) == []
    assert places(declared, came, b'{"id": "x", "price": 1}', version=version) == ["response body $.id"]


@pytest.mark.parametrize("came", ["application/problem+json", "text/html", ""])
def test_another_media_type_is_a_fault(came: str) -> None:
    assert places("application/json", came) == ["response content type"]


@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "text/csv", "text/markdown"])
def test_every_kind_of_text_is_a_text(kind: str) -> None:
    assert places(kind, kind, b"a,b", TEXT) == []
    assert places(kind, kind, b"a,b", {"type": "string", "maxLength": 2}) == ["response body $"]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("kind", ["application/pdf", "application/x-ndjson"])
@pytest.mark.parametrize(
    ("schema", "body", "found"),
    [
        (TEXT, b"\xff{}", []),
        ({**TEXT, "format": "binary"}, b"\xff", []),
        ({}, b"\xff", []),
        (TEXT, b"", []),
        ({**TEXT, "minLength": 1}, b"", ["response body $"]),
        ({**TEXT, "maxLength": 2}, b"\xff\xff\xff", ["response body $"]),
    ],
)
def test_what_nobody_reads_is_a_text_or_bytes(
    kind: str, schema: Any, body: bytes, found: list[str], version: str
) -> None:
    assert places(kind, kind, body, schema, version=version) == found


def test_what_nobody_reads_is_not_judged_where_it_should_be_neither() -> None:
    with pytest.raises(EngineError, match="The body is application/cbor, which is not read"):
        places("application/cbor", "application/cbor", b"\xa0", {"type": "object"})
    media = {"content": {"application/cbor": {"schema": {"type": "object"}}}}
    whole = described(contract(api({"/a": {"post": {"requestBody": media, "responses": answers(TEXT)}}})))
    sent = Outgoing("POST", "http://127.0.0.1/a", (("Content-Type", "application/cbor"),), b"\xa0")
    assert Checker(whole).request(whole.api.operations[0], {}, sent) == ()


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        ("text/plain", b"", []),
        ("application/octet-stream", b"", []),
        ("application/json", b"", ["response body"]),
        ("", b"", ["response body"]),
    ],
)
def test_an_empty_text_or_file_is_one(kind: str, body: bytes, found: list[str]) -> None:
    assert places(kind or "text/plain", kind, body, TEXT) == found


@pytest.mark.parametrize(
    ("method", "status", "content", "headers", "found"),
    [
        ("get", 204, answers(ITEM)["200"]["content"], {"X-N": "1"}, []),
        ("get", 304, answers(ITEM)["200"]["content"], {}, ["response header X-N"]),
        ("head", 200, answers(ITEM)["200"]["content"], {"X-N": "1"}, []),
        ("head", 200, answers(ITEM)["200"]["content"], {"X-N": "many"}, ["response header X-N"]),
        ("get", 200, {}, {"X-N": "1"}, []),
        ("get", 200, answers(ITEM)["200"]["content"], {"X-N": "1"}, ["response body"]),
    ],
)
def test_an_answer_that_has_no_body_is_judged_by_its_headers(
    method: str, status: int, content: Any, headers: dict[str, str], found: list[str]
) -> None:
    counted = {"X-N": {"required": True, "schema": {"type": "integer"}}}
    responses = {str(status): {"description": "", "headers": counted, "content": content}}
    whole = described(contract(api({"/a": {method: {"responses": responses}}})))
    told = Checker(whole).response(whole.api.operations[0], status, tuple(headers.items()), b"")
    assert [one.place for one in told] == found


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("uri", ["https://a.example/b?c=%20#d", "urn:isbn:1", "mailto:a@b.example"], ["a b", "/a", "http://a b", ""]),
        ("iri", ["https://a.example/ä"], ["ä"]),
        ("uri-reference", ["/a", "", "../b?c"], ["a b", "<a>"]),
        ("hostname", ["a.example", "localhost", "a-1"], ["-a", "a_b", "a..b", "a" * 64, "", "a.\n"]),
        ("duration", ["P1D", "PT1.5S", "P2W", "-P1Y2M3DT4H5M6S"], ["P", "PT", "1D", "P1DT", "P1S"]),
        ("uuid", ["2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d"], ["2c5ea4c0"]),
        ("byte", ["YWI=", ""], ["YWI", "_-8=", "é€", "١"]),
        ("time", ["12:00:00Z", "12:00:00.5+01:00", "12:00:00"], ["noon", "25:00:00"]),
    ],
)
def test_a_text_of_an_answer_is_of_its_format(form: str, right: list[str], wrong: list[str], version: str) -> None:
    def found(text: str) -> list[str]:
        schema = {**TEXT, "format": form}
        return places("application/json", "application/json", json.dumps(text).encode(), schema, version=version)

    assert [text for text in right if found(text)] == []
    assert [text for text in wrong if not found(text)] == []


@pytest.mark.parametrize("kind", ["application/xml", "text/xml"])
def test_xml_of_which_nothing_is_said_is_a_text(kind: str) -> None:
    assert places(kind, kind, b"<a><b>1</b></a>", TEXT) == []
    assert places(kind, kind, b"<a><b>1</b></a>", {**TEXT, "maxLength": 3}) == ["response body $"]
    assert places(kind, kind, b"<a>1</a>", {**TEXT, "maxLength": 1}) == []
    assert places(kind, kind, b"<a>", TEXT) == ["response body"]
    whole = described(contract(api({"/a": {"post": {"requestBody": ANY_TEXT, "responses": answers(TEXT)}}})))
    sent = Outgoing("POST", "http://127.0.0.1/a", (("Content-Type", kind),), b"<a>")
    assert Checker(whole).request(whole.api.operations[0], {}, sent) == ()


ANY_TEXT = {"content": {"*/*": {"schema": TEXT}}}


def test_a_reference_that_leads_nowhere_is_told() -> None:
    with pytest.raises(EngineError, match="the description refers to /components/schemas/None, which it does not have"):
        places("application/json", "application/json", schema={"$ref": "#/components/schemas/None"})


@pytest.mark.parametrize("number", ["NaN", "-Infinity"])
def test_what_json_has_not_is_no_json(number: str) -> None:
    assert places("application/json", "application/json", f'{{"id": 1, "price": {number}}}'.encode()) == [
        "response body"
    ]


def test_a_null_is_told_once() -> None:
    kinds = ("application/json", "application/json")
    assert places(*kinds, b"null", TEXT) == ["response body $"]
    assert places(*kinds, b"null", {"enum": ["a"]}) != []
    assert places(*kinds, b"null", {**TEXT, "nullable": True}) == []


READ = {"type": "integer", "readOnly": True}
ACCOUNT = {
    "type": "object",
    "required": ["id", "at", "word"],
    "properties": {
        "id": {"allOf": [{"$ref": "#/components/schemas/Id"}]},
        "at": READ,
        "word": {"type": "string", "writeOnly": True},
    },
}
ASKED = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": ACCOUNT}}},
    "responses": answers(ACCOUNT),
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_members_that_go_the_other_way_only_need_not_come(version: str) -> None:
    whole = described(contract(api({"/a": {"post": ASKED}}, version=version, components={"schemas": {"Id": READ}})))
    (operation,) = whole.api.operations
    lines = (("Content-Type", "application/json"),)

    def told(body: bytes) -> tuple[list[str], list[str]]:
        asked = Checker(whole).request(operation, {}, Outgoing("POST", "http://127.0.0.1/a", lines, body))
        answered = Checker(whole).response(operation, 200, lines, body)
        return [one.text for one in asked], [one.text for one in answered]

    assert told(b'{"word": "x"}')[0] == []
    assert told(b'{"id": 1, "at": 2}')[1] == []
    assert told(b"{}") == (
        ["'word' is a required property."],
        ["'id' is a required property.", "'at' is a required property."],
    )


def test_binary_content_is_taken_as_it_is() -> None:
    assert places("image/png", "image/png", b"\xff\x00", {**TEXT, "format": "binary"}) == []


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"next":' * 300 + b"{}" + b"}" * 300])
def test_a_body_that_nests_too_deep_is_an_error(body: bytes) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    document = api(
        {"/a": {"get": {"responses": answers({"$ref": "#/components/schemas/Node"})}}},
        components={"schemas": {"Node": node}},
    )
    whole = described(contract(document))
    with pytest.raises(EngineError, match="RecursionError"):
        Checker(whole).response(whole.api.operations[0], 200, (("Content-Type", "application/json"),), body)


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("/a/{b}", "/a/x%2Fy", {"b": "x/y"}),
        ("/a/{b}.json", "/a/x.json", {"b": "x"}),
        ("/users({id})", "/users(7)", {"id": "7"}),
        ("/a/{b}:act", "/a/1:act", {"b": "1"}),
        ("/a", "/b", None),
        ("/a/{b}", "/a/", None),
    ],
)
def test_values_are_read_from_paths(template: str, path: str, values: dict[str, str] | None) -> None:
    assert values_in(template, path) == values


@pytest.mark.parametrize("path", ["/users({id})", "/a/{id}:act", "/a/{id}/", "/a/{id}.json", "/ü/{id}"])
def test_an_operation_of_an_odd_path_is_judged(path: str) -> None:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    whole = described(contract(api({path: {"get": {"parameters": [parameter], "responses": answers(ITEM)}}})))
    checker, operation = Checker(whole), whole.api.operations[0]
    asked = Outgoing("GET", "http://127.0.0.1/somewhere")
    assert checker.request(operation, {"id": "7"}, asked) == ()
    assert [one.place for one in checker.request(operation, {"id": "x"}, asked)] == ["request path id"]


@pytest.mark.parametrize(("good", "bad"), [(b"size=7", [b"size=x"]), (b"size=-7&name=a+b", [b"name=a", b""])])
def test_forms_are_judged(good: bytes, bad: list[bytes]) -> None:
    schema = {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}}
    kind = "application/x-www-form-urlencoded"
    body = {"required": True, "content": {kind: {"schema": schema}}}
    whole = described(contract(api({"/a": {"post": {"requestBody": body, "responses": answers(ITEM)}}})))

    def found(content: bytes) -> tuple[Any, ...]:
        asked = Outgoing("POST", "http://127.0.0.1/a", (("Content-Type", kind),), content)
        return Checker(whole).request(whole.api.operations[0], {}, asked)

    assert found(good) == ()
    for content in bad:
        assert [one.place.split(" $")[0] for one in found(content)] == ["request body"]


EXPLODING = "^(a|aa)+$"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": EXPLODING},
        {"type": "object", "patternProperties": {EXPLODING: {}}},
        {"type": "object", "patternProperties": {EXPLODING: {}}, "additionalProperties": False},
        {"type": "object", "unevaluatedProperties": False, "patternProperties": {EXPLODING: {}}},
    ],
)
def test_an_expression_that_takes_for_ever_is_an_error(schema: Any) -> None:
    text = "a" * 60 + "!"
    body = f'"{text}"' if schema["type"] == "string" else f'{{"{text}": 1}}'
    with pytest.raises(EngineError, match="takes too long"):
        places("application/json", "application/json", body.encode(), schema, version="3.1.0")


def test_expressions_about_names_are_judged_as_ever() -> None:
    schema = {"type": "object", "patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": False}
    kinds = ("application/json", "application/json")
    assert places(*kinds, b'{"x-a": 1}', schema, version="3.1.0") == []
    assert places(*kinds, b'{"x-a": "1", "b": 2}', schema, version="3.1.0") == [
        "response body $['x-a']",
        "response body $",
    ]
    assert places(*kinds, b'"ab"', {"type": "string", "pattern": "^b"}) == ["response body $"]


def test_members_are_spoken_of_by_all_that_a_schema_is_made_of() -> None:
    schema = {
        "type": "object",
        "unevaluatedProperties": False,
        "patternProperties": {"^x": {}},
        "allOf": [{"properties": {"a": {}}}],
        "anyOf": [{"required": ["b"], "properties": {"b": {}}}, {"required": ["c"], "patternProperties": {"^c": {}}}],
        "if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
        "then": {"properties": {"d": {}}},
        "else": {"properties": {"e": {}}},
    }
    kinds = ("application/json", "application/json")
    for body in (b'{"a": 1, "b": 1, "d": 1, "x-a": 1}', b'{"c": 1, "c2": 1, "e": 1}', b'{"b": 1, "c": 1, "c2": 1}'):
        assert places(*kinds, body, schema, version="3.1.0") == []
    for body in (b'{"b": 1, "d": 1}', b'{"b": 1, "c2": 1}', b'{"a": 1, "b": 1, "e": 1}', b'{"b": 1, "other": 1}'):
        assert places(*kinds, body, schema, version="3.1.0") == ["response body $"]


def test_a_path_that_could_be_taken_in_many_ways_is_compared_in_no_time() -> None:
    assert values_in("/" + "{a}x" * 20, "/" + "x" * 80 + "y") is None


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_multiple_is_told_by_the_decimals_that_are_written(version: str) -> None:
    def told(factor: Any, body: bytes) -> list[str]:
        kinds = ("application/json", "application/json")
        return places(*kinds, body, {"type": "number", "multipleOf": factor}, version=version)

    assert [told(0.01, one) for one in (b"19.99", b"0.07", b"1e300", b"-4.35", b"3", b"0", b"1e-1")] == [[]] * 7
    assert [told(0.1, one) for one in (b"0.3", b"1.1", b"100000000000000000000000")] == [[]] * 3
    assert [told(2, one) for one in (b"4", b"4.0", b"1e2")] == [[]] * 3
    wrong = [(0.01, b"19.995"), (0.1, b"0.35"), (2, b"3"), (2, b"2.5"), (1e-300, b"1.5e-300"), (3, b"1e300")]
    assert [told(*one) for one in wrong] == [["response body $"]] * 6


def test_schemas_are_found_by_the_names_that_they_give_themselves() -> None:
    tree = {
        "$dynamicAnchor": "node",
        "properties": {"v": {"type": "number"}, "kids": {"items": {"$dynamicRef": "#node"}}, "tag": {"$ref": "#tag"}},
    }
    odd = {"properties": {"$id": {"type": "number"}, "$anchor": {"type": "number"}, "$dynamicAnchor": {}}}
    own = {
        "$id": "https://example.com/own",
        "$defs": {"n": {"type": "number"}, "odd": {"$id": "/odd", **odd}},
        "properties": {"n": {"$ref": "#/$defs/n"}, "odd": {"$ref": "/odd"}},
    }
    schemas = {"Tree": tree, "Tag": {"$anchor": "tag", "type": "string"}, "Own": own}
    answer = answers({"$ref": "#/components/schemas/Tree"}) | answers({"$ref": "#/components/schemas/Own"}, "201")
    answer |= answers({**own, "$id": "https://example.com/here"}, "202")
    document = api({"/a": {"get": {"responses": answer}}}, version="3.1.0", components={"schemas": schemas})
    whole = described(contract(document))
    (operation,) = whole.api.operations

    def told(status: int, value: Any) -> list[str]:
        lines = (("Content-Type", "application/json"),)
        return [one.place for one in Checker(whole).response(operation, status, lines, json.dumps(value).encode())]

    assert told(200, {"v": 1, "tag": "x", "kids": [{"kids": [{"v": 2}]}]}) == []
    assert told(200, {"v": 1, "tag": 1, "kids": [{"kids": [{"v": "2"}]}]}) == [
        "response body $.kids[0].kids[0].v",
        "response body $.tag",
    ]
    for status in (201, 202):
        assert told(status, {"n": 1, "odd": {"$id": 1}}) == []
        assert told(status, {"n": "1", "odd": {"$id": "1"}}) == ["response body $.n", "response body $.odd['$id']"]
