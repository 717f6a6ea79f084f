"""XML bodies against their examples: elements, attributes, texts, namespaces, and what is refused."""

import pytest

from troth_schemas.json_body import Json
from troth_schemas.matching.xml import NotXml, match_xml, parse_xml
from troth_schemas.pact.rules import read_rules

ORDER = '<order id="1"><item sku="a">tea</item><item sku="b">milk</item><note/></order>'


def places(expected: str, actual: str, written: dict[str, Json] | None = None, *, more: bool = True) -> list[str]:
    listed: Json = (
        {"body": {path: rule if "matchers" in str(rule) else {"matchers": [rule]} for path, rule in written.items()}}
        if written
        else None
    )
    found = match_xml(expected.encode(), actual.encode(), read_rules(listed).body, more_members=more)
    return [one.path for one in found]


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (ORDER, []),
        ('<?xml version="1.0"?>\n' + ORDER.replace("><", ">\n <"), []),
        (ORDER.replace("tea", "coffee"), ["$.order.item['#text']"]),
        (ORDER.replace('sku="b"', 'sku="c"'), ["$.order.item['@sku']"]),
        (ORDER.replace(' id="1"', ""), ["$.order", "$.order['@id']"]),
        (ORDER.replace("<note/>", ""), ["$.order"]),
        (ORDER.replace('<item sku="b">milk</item>', ""), ["$.order.item"]),
        (ORDER.replace("<note/>", "<note/><note/><more/>"), []),
        (ORDER.replace("<note/>", '<note by="me"/>'), []),
        (ORDER.replace("order", "invoice"), ["$.order"]),
        ("<order", ["$"]),
        ("", ["$"]),
    ],
)
def test_a_document_without_rules_is_like_its_example_and_may_have_more(actual: str, expected: list[str]) -> None:
    assert places(ORDER, actual) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (ORDER.replace("<note/>", "<note/><note/>"), ["$.order.note"]),
        (ORDER.replace("<note/>", "<note><deep/></note>"), ["$.order.note"]),
        (ORDER.replace("<note/>", "<note/><more/>"), ["$.order"]),
        (ORDER.replace("<note/>", '<note by="me"/>'), ["$.order.note"]),
        (ORDER.replace('id="1"', 'id="1" at="2"'), ["$.order"]),
    ],
)
def test_a_request_has_nothing_more(actual: str, expected: list[str]) -> None:
    assert places(ORDER, actual, more=False) == expected


ANY: dict[str, Json] = {"match": "type"}


@pytest.mark.parametrize(
    ("written", "actual", "expected"),
    [
        ({"$.order.item": ANY}, ORDER.replace("milk", "m").replace('"b"', '"x"') + "", []),
        ({"$.order.item": ANY}, ORDER.replace("<note/>", "<note/><item sku='z'>3</item>"), []),
        ({"$.order.item": ANY}, ORDER.replace("<note/>", "<note/><item>3</item>"),
         ["$.order.item", "$.order.item['@sku']"]),
        ({"$.order": ANY}, ORDER.replace("<note/>", "<note/><other/>"), ["$.order"]),
        ({"$.order.item['#text']": {"match": "regex", "regex": "[a-z]+"}}, ORDER.replace("tea", "7"),
         ["$.order.item['#text']"]),
        ({"$.order['@id']": {"match": "integer"}}, ORDER.replace('"1"', '"22"'), []),
        ({"$.order['@id']": {"match": "integer"}}, ORDER.replace('"1"', '"x"'), ["$.order['@id']"]),
        ({"$.order['@id']": {"matchers": [{"match": "integer"}, {"match": "include", "value": "x"}], "combine": "OR"}},
         ORDER.replace('"1"', '"x"'), []),
        ({"$.order": {"match": "type", "max": 2}}, ORDER, ["$.order"]),
        ({"$.order": {"match": "type", "min": 2}}, ORDER, []),
        ({"$.order": {"match": "integer"}}, ORDER, ["$.order"]),
        ({"$.order": {"match": "regex", "regex": "o.*"}}, ORDER,
         ["$.order['@id']", "$.order.item", "$.order.note", "$.order['#text']"]),
        ({"$.order.note": {"match": "notEmpty"}}, ORDER, ["$.order.note"]),
        ({"$.order.item": {"match": "notEmpty"}, "$.order.item['@sku']": ANY}, ORDER.replace("tea", "x"), []),
        ({"$.order": {"matchers": [{"match": "integer"}, ANY], "combine": "OR"}}, ORDER.replace("tea", "x"),
         []),
    ],
)  # fmt: skip
def test_rules_speak_of_elements_attributes_and_texts(
    written: dict[str, Json], actual: str, expected: list[str]
) -> None:
    assert sorted(set(places(ORDER, actual, written))) == sorted(set(expected))


def test_names_are_told_apart_by_their_namespaces_not_by_their_prefixes() -> None:
    example = '<a xmlns="urn:x" xmlns:p="urn:p"><p:b p:c="1"/></a>'
    assert places(example, '<q:a xmlns:q="urn:x" xmlns:r="urn:p"><r:b r:c="1"/></q:a>') == []
    assert places(example, "<a><b/></a>") == ["$['urn:x:a']"]
    changed = example.replace('"1"', '"2"')
    assert places(example, changed) == ["$['urn:x:a']['urn:p:b']['@urn:p:c']"]
    assert places(example, changed, {"$['urn:x:a']['urn:p:b']['@urn:p:c']": ANY}) == []


def test_texts_in_pieces_are_one_and_comments_are_nothing() -> None:
    element = parse_xml(b"<a> one <!-- two --><?three?><![CDATA[<4>]]> &amp; <b/> five </a>")
    assert element.text == "one<4> &five"
    assert element.elements[0].name == "b"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>', "it has a document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "it has a document type"),
        (b"<a>" * 300 + b"</a>" * 300, "it has more than 200 elements inside each other"),
        (b"<a>&unknown;</a>", "undefined entity"),
        (b"<a>\xff</a>", "not well-formed"),
        (b'<?xml version="1.0" encoding="nowhere"?><a/>', "unknown encoding"),
    ],
)
def test_what_is_hostile_or_no_xml_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(NotXml, match=reason):
        parse_xml(content)
    (difference,) = match_xml(b"<a/>", content)
    assert difference.path == "$"
    assert reason in difference.text
