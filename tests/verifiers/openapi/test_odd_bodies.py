"""Bodies in XML and in parts: read by what the schema says, and judged like JSON."""

from typing import Any

import pytest

from tests.verifiers.openapi.describing import api, contract
from troth_verifiers.api import Outgoing
from troth_verifiers.errors import EngineError
from troth_verifiers.openapi.checking import Checker
from troth_verifiers.openapi.described import described
from troth_verifiers.openapi.xml_bodies import read_xml, write_xml

ITEM: dict[str, Any] = {"type": "object", "xml": {"name": "item"}, "required": ["sku"], "properties": {
    "sku": {"type": "string", "xml": {"attribute": True}}, "count": {"type": "integer", "minimum": 1}}}  # fmt: skip
ORDER: dict[str, Any] = {
    "type": "object",
    "xml": {"name": "order", "namespace": "urn:shop"},
    "required": ["id", "items"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "note": {"type": "string", "maxLength": 9},
        "total": {"type": "number"},
        "open": {"type": "boolean", "xml": {"name": "is-open"}},
        "tags": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "string", "xml": {"name": "tag"}}},
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
    },
}
SCHEMAS: dict[str, Any] = {"Order": ORDER, "Item": ITEM}
REFERENCE: dict[str, Any] = {"$ref": "#/components/schemas/Order"}
GOOD = (
    b'<order xmlns="urn:shop" id="7"><note>a &amp; b</note><total>1.5</total><is-open>true</is-open>'
    b'<tags><tag>x</tag><tag>y</tag></tags><item sku="s"><count>2</count></item><item sku="t"/></order>'
)
VALUE: dict[str, Any] = {
    "id": 7, "note": "a & b", "total": 1.5, "open": True, "tags": ["x", "y"],
    "items": [{"sku": "s", "count": 2}, {"sku": "t"}],
}  # fmt: skip


def checker(media: dict[str, Any], kind: str, version: str = "3.0.3") -> Checker:
    answer = {"200": {"description": "", "content": {kind: media}}}
    asked = {"requestBody": {"required": True, "content": {kind: media}}, "responses": answer}
    return Checker(described(contract(api({"/a": {"post": asked}}, version=version, components={"schemas": SCHEMAS}))))


def faults(media: dict[str, Any], kind: str, content: bytes, came: str = "", version: str = "3.0.3") -> list[str]:
    """What is wrong with a response; a request of the same is judged alike."""
    made = checker(media, kind, version)
    (operation,) = made.described.api.operations
    lines = (("Content-Type", came or kind),)
    asked = made.request(operation, {}, Outgoing("POST", "http://127.0.0.1/a", lines, content))
    answered = made.response(operation, 200, lines, content)
    told = [f"{one.place.removeprefix('response ')}: {one.text}" for one in answered]
    assert [f"{one.place.removeprefix('request ')}: {one.text}" for one in asked] == told
    return told


def in_xml(content: bytes, version: str = "3.0.3") -> list[str]:
    return faults({"schema": REFERENCE}, "application/xml", content, version=version)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_a_schema_allows_passes_with_attributes_wrapped_lists_and_namespaces(version: str) -> None:
    assert read_xml(GOOD, REFERENCE, {"components": {"schemas": SCHEMAS}}) == VALUE
    assert in_xml(GOOD, version) == []
    prefixed = b'<s:order xmlns:s="urn:shop" id="7"><s:item sku="t"/></s:order>'
    assert in_xml(prefixed, version) == []


def test_what_is_written_is_read_again() -> None:
    document: dict[str, Any] = {"components": {"schemas": SCHEMAS}}
    assert read_xml(write_xml(VALUE, REFERENCE, document), REFERENCE, document) == VALUE


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b'id="7"', b'id="x"', "body $.id: 'x' is not of type 'integer'."),
        (b' id="7"', b"", "body $: 'id' is a required property."),
        (b' id="7">', b"><id>7</id>", "'id' is a required property."),
        (b"<count>2", b"<count>0", "body $.items[0].count: 0 is less than the minimum of 1."),
        (b'<item sku="t"/>', b"<item/>", "body $.items[1]: 'sku' is a required property."),
        (b"true", b"yes", "body $.open: 'yes' is not of type 'boolean'."),
        (b"1.5", b"much", "body $.total: 'much' is not of type 'number'."),
        (b"<note>", b"<note>longer than ", "is too long"),
        (b"<tags><tag>x</tag><tag>y</tag></tags>", b"<tag>x</tag>", "Additional properties are not allowed ('tag'"),
        (b"<tag>x</tag>", b"<label>x</label>", "body $.tags[0]: {'label': 'x'} is not of type 'string'."),
        (
            b"urn:shop",
            b"urn:other",
            "its root is <order> in urn:other, and the description calls it <order> in urn:shop",
        ),
        (b"order", b"basket", "its root is <basket>"),
        (b"<note>", b"stray<note>", "Additional properties are not allowed ('#text' was unexpected)"),
        (b"<tag>x</tag>", b"x<tag>x</tag>", "body $.tags[0]: {'#text': 'x'} is not of type 'string'."),
        (b"</order>", b"", "The body cannot be read as application/xml: no element found"),
        (b"<order", b"<!DOCTYPE order [<!ENTITY a 'b'>]><order", "it has a document type"),
    ],
)
def test_what_a_schema_forbids_is_told_with_its_place(before: bytes, after: bytes, told: str) -> None:
    assert before in GOOD
    assert any(told in one for one in in_xml(GOOD.replace(before, after))), in_xml(GOOD.replace(before, after))


@pytest.mark.parametrize("kind", ["application/xml", "application/atom+xml; charset=utf-8", "text/xml"])
def test_lists_texts_and_what_is_combined_are_read_too(kind: str) -> None:
    numbers = {"type": "array", "items": {"type": "integer"}}
    assert faults({"schema": numbers}, kind, b"<l><n>1</n><n>2</n></l>") == []
    assert faults({"schema": numbers}, kind, b"<l><n>1</n><n>a</n></l>") == ["body $[1]: 'a' is not of type 'integer'."]
    both = {"allOf": [{"properties": {"a": {"type": "integer"}}}, {"required": ["a"]}]}
    assert faults({"schema": both}, kind, b"<r><a>1</a></r>") == []
    assert faults({"schema": both}, kind, b"<r><b>1</b></r>") == ["body $: 'a' is a required property."]
    assert faults({"schema": {"type": "string", "maxLength": 2}}, kind, b"<r>abc</r>") == ["body $: 'abc' is too long."]
    none = {"schema": {"type": "object", "properties": {"a": {"type": "integer", "nullable": True}}}}
    nil = b'<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a i:nil="true"/></r>'
    assert faults(none, kind, nil) == []


def test_a_namespace_is_judged_where_the_root_has_no_name() -> None:
    spaced = {"schema": {"type": "object", "xml": {"namespace": "urn:a"}}}
    assert faults(spaced, "application/xml", b'<any xmlns="urn:a"/>') == []
    (told,) = faults(spaced, "application/xml", b'<any xmlns="urn:b"/>')
    assert "its root is <any> in urn:b, and the description calls it <any> in urn:a" in told


def test_a_schema_that_is_made_of_itself_many_times_is_read_at_once() -> None:
    itself: dict[str, Any] = {"$ref": "#/components/schemas/Part"}
    part: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "anyOf": [itself] * 9}
    assert read_xml(b"<r><a>1</a></r>", itself, {"components": {"schemas": {"Part": part}}}) == {"a": 1}


FORM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "required": ["name", "photo"],
        "properties": {
            "name": {"type": "string", "maxLength": 9},
            "count": {"type": "integer"},
            "photo": {"type": "string", "format": "binary"},
            "sizes": {"type": "array", "items": {"type": "integer"}},
            "more": {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}},
        },
    },
    "encoding": {"photo": {"contentType": "image/png, image/*", "headers": {"X-Taken": {"required": True}}}},
}
IN_PARTS = "multipart/form-data; boundary=XyZ"
PHOTO = b'name="photo"; filename="a.png"\r\nContent-Type: image/png\r\nX-Taken: today\r\n\r\n\x89\xff'
NAME = b'name="name"\r\n\r\ntea'


def in_parts(*parts: bytes, version: str = "3.0.3") -> list[str]:
    content = b"".join(b"--XyZ\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--XyZ--\r\n"
    return faults(FORM, "multipart/form-data", content, IN_PARTS, version)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_form_in_parts_passes_part_by_part(version: str) -> None:
    several = (b'name="count"\r\n\r\n7', b'name="sizes"\r\n\r\n1', b'name="sizes"\r\n\r\n2')
    members = b'name="more"\r\nContent-Type: application/json\r\n\r\n{"a": true}'
    assert in_parts(NAME, PHOTO, *several, members, version=version) == []


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([NAME], "body $: 'photo' is a required property."),
        ([NAME, PHOTO, b'name="count"\r\n\r\nmany'], "body $.count: 'many' is not of type 'integer'."),
        ([NAME + b" and much more", PHOTO], "body $.name: 'tea and much more' is too long."),
        ([NAME, PHOTO, b'name="sizes"\r\n\r\nlarge'], "body $.sizes[0]: 'large' is not of type 'integer'."),
        ([NAME, PHOTO, b'name="more"\r\n\r\n{"a": 1}'], "body $.more.a: 1 is not of type 'boolean'."),
        ([NAME, PHOTO, b'name="more"\r\n\r\nno json'], "body $.more: 'no json' is not of type 'object'."),
        (
            [NAME, PHOTO.replace(b"image/png", b"text/html")],
            "The part 'photo' is text/html; declared: image/png, image/*",
        ),
        ([NAME, PHOTO.replace(b"X-Taken", b"X-Other")], "The part 'photo' lacks its header X-Taken"),
    ],
)
def test_what_is_wrong_with_a_part_is_told(parts: list[bytes], told: str) -> None:
    assert any(told in one for one in in_parts(*parts)), in_parts(*parts)


def test_of_a_part_that_comes_again_a_provider_takes_one_and_gives_one() -> None:
    made = checker(FORM, "multipart/form-data")
    (operation,) = made.described.api.operations
    lines = (("Content-Type", IN_PARTS),)

    def asked(*parts: bytes) -> tuple[list[str], list[str]]:
        content = b"".join(b"--XyZ\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in (*parts, PHOTO))
        content += b"--XyZ--\r\n"
        sent = made.request(operation, {}, Outgoing("POST", "http://127.0.0.1/a", lines, content))
        return [one.text for one in sent], [one.text for one in made.response(operation, 200, lines, content)]

    assert asked(NAME, NAME) == ([], ["['tea', 'tea'] is not of type 'string'."])
    count = (b'name="count"\r\n\r\nmany', b'name="count"\r\n\r\n7')
    assert asked(NAME, *count) == ([], ["['many', 7] is not of type 'integer'."])
    assert asked(NAME, *count[:1]) == (["'many' is not of type 'integer'."], ["'many' is not of type 'integer'."])


@pytest.mark.parametrize(
    ("content", "came", "told"),
    [
        (b"--XyZ--", "multipart/form-data", "its content type names no boundary"),
        (b"name=tea", IN_PARTS, "it has no parts between its boundaries"),
        (b"--XyZ\r\n\r\ntea", IN_PARTS, "it has no boundary at its end"),
    ],
)
def test_a_body_that_cannot_be_taken_apart_is_told(content: bytes, came: str, told: str) -> None:
    assert faults(FORM, "multipart/form-data", content, came) == [
        f"body: The body cannot be read as multipart/form-data: {told}."
    ]


LIST = {"schema": {"type": "array", "maxItems": 2, "items": {"type": "object", "required": ["a"]}}}


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([b'{"a": 1}', b'{"a": 2}'], None),
        ([b'{"a": 1}', b'{"b": 2}'], "body $[1]: 'a' is a required property."),
        ([b'{"a": 1}', b"no json"], "body $[1]: 'no json' is not of type 'object'."),
        ([b'{"a": 1}'] * 3, "is too long."),
    ],
)
def test_parts_without_names_are_judged_in_their_order(parts: list[bytes], told: str | None) -> None:
    pieces = (b"--XyZ\r\nContent-Type: application/json\r\n\r\n" + part + b"\r\n" for part in parts)
    found = faults(LIST, "multipart/mixed", b"".join(pieces) + b"--XyZ--\r\n", "multipart/mixed; boundary=XyZ")
    assert found == [] if told is None else told in "".join(found), found


def test_parts_without_names_are_no_pass_of_an_answer() -> None:
    made = checker({"schema": {"type": "string"}}, "multipart/mixed")
    (operation,) = made.described.api.operations
    lines = (("Content-Type", "multipart/mixed; boundary=XyZ"),)
    with pytest.raises(EngineError, match="without named parts, which is not checked"):
        made.response(operation, 200, lines, b"--XyZ--")
    assert made.request(operation, {}, Outgoing("POST", "http://127.0.0.1/a", lines, b"--XyZ--")) == ()
