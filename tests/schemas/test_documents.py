"""JSON and YAML documents, the lines of their places, and the references between them."""

import pytest
from hypothesis import given
from hypothesis.strategies import permutations

from troth_schemas.documents import Documents, Location, missing, read
from troth_schemas.errors import BrokenReference, ContractUnreadable
from troth_schemas.sources import Sources, one

YAML = b"""openapi: 3.0.3
# a comment
info: {title: Shop, version: 1.0}
base: &base
  on: yes
  when: 2024-01-02
  'count': 012
paths:
  /orders/{id}:
    get:
      <<: *base
      tags: [a, "b"]
"""


def test_yaml_is_read_as_the_json_that_it_stands_for() -> None:
    value = read("api.yaml", YAML).value
    assert isinstance(value, dict)
    assert value["info"] == {"title": "Shop", "version": 1.0}
    assert value["base"] == {"on": "yes", "when": "2024-01-02", "count": 12}
    assert value["paths"] == {
        "/orders/{id}": {"get": {"on": "yes", "when": "2024-01-02", "count": 12, "tags": ["a", "b"]}}
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: ~", None), ("a:", None), ("a: null", None), ("a: 'null'", "null"), ("a: true", True), ("a: True", True),
        ("a: no", "no"), ("a: 0x1F", 31), ("a: 0o17", 15), ("a: 1_000", "1_000"), ("a: -3", -3), ("a: 1e3", 1000.0),
        ("a: .5", 0.5), ("a: 12:30", "12:30"), ("a: -", ["-"]), ("a: |\n  x\n  y\n", "x\ny\n"), ("a: !!str 3", "3"),
        ("a: !!int 3", 3), ("a: !!x 3", "3"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    if value == ["-"]:
        with pytest.raises(ContractUnreadable, match="is not YAML"):
            read("a.yaml", text.encode())
    else:
        assert read("a.yaml", text.encode()).value == {"a": value}


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1), ("/info/title", 3), ("/paths/~1orders~1{id}", 9), ("/paths/~1orders~1{id}/get/tags/1", 12),
        ("/paths/~1orders~1{id}/get/when", 6), ("/paths/~1orders~1{id}/get/none", 10), ("/paths/0/1", 8),
    ],
)  # fmt: skip
def test_a_place_in_yaml_has_a_line(pointer: str, line: int) -> None:
    assert read("api.yaml", YAML).line(pointer) == line


JSON = b"""{
  "a": {"x~y/z": 1,
    "deep": [10, {"k":
      "v"}, []]
  },
  "b": {}, "c": [
  ]
}"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1),
        ("/a", 2),
        ("/a/x~0y~1z", 2),
        ("/a/deep/1/k", 3),
        ("/a/deep/2", 4),
        ("/b/none", 6),
        ("/c/0", 6),
        ("/c", 6),
    ],
)
def test_a_place_in_json_has_a_line(pointer: str, line: int) -> None:
    assert read("a.json", JSON).line(pointer) == line


PLACES = ("", "/a", "/a/x~0y~1z", "/a/deep/1/k", "/a/deep/2", "/b/none", "/c/0", "/c", "/a/none")


@given(asked=permutations(PLACES))
def test_the_line_of_a_place_does_not_depend_on_what_was_asked_before(asked: list[str]) -> None:
    together = read("a.json", JSON)
    assert [together.line(one) for one in asked] == [read("a.json", JSON).line(one) for one in asked]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.json", r'{"b":1,"a":"b"}', [b':1,"a":', b"}"]),
        ("a.json", r'{"b":"\u00e9"}', [rb':"\u00e9"}']),
        ("a.json", r'{"c":1}', []),
        ("a.json", r'{"\u0062":1}', None),
        ("a.yaml", "b: 1", None),
        ("a.yaml", "{b: 1}", None),
    ],
)
def test_the_text_of_a_document_tells_what_follows_a_name(name: str, text: str, found: list[bytes] | None) -> None:
    assert read(name, text.encode()).texts_after("b") == found


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "more than 2,000,000 values"),
        ("a: &a [*a]", "holds itself through an alias"),
        ("[" * 5000, "nested deeper than 200 levels at line 1, column 201"),
        ("- " * 5000 + "a", "nested deeper than 200 levels"),
        ("\n".join(" " * n + "a:" for n in range(300)), "nested deeper than 200 levels"),
        ("a: 1\na: 2", "has the key 'a' twice at line 2, column 1"),
        ("a: !!python/object:os.system x", None),
        ("a: !secret x", "has the tag !secret"),
        ("a: [1, 2", "is not YAML"),
        ("\ta: 1", "Indent with spaces"),
        ("a: 1\n---\nb: 1", "Keep one document in a file"),
        ("a: *nowhere", "Define the anchor"),
        ("? [a]\n: 1", "a key that is no text"),
        ("a: {<<: 3}", "merges"),
        ("a: 1e999", "too large"),
        ("a: .nan", "no JSON number"),
        ("# nothing", "is empty"),
    ],
)
def test_hostile_and_broken_yaml_is_refused_with_its_place(text: str, words: str | None) -> None:
    if words is None:
        assert read("a.yaml", text.encode()).value == {"a": "x"}
        return
    with pytest.raises(ContractUnreadable, match=r"^The document a\.yaml") as caught:
        read("a.yaml", text.encode())
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        ("{a: 1}", {"a": 1}),
        ('{"a": yes}', {"a": "yes"}),
        ("[1, b]", [1, "b"]),
    ],
)
def test_json_under_a_name_of_yaml_is_read_as_json_where_it_is_json(text: str, value: object) -> None:
    document = read("a.yaml", f"\n{text}".encode())
    assert document.value == value
    assert document.line("") == 2


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ContractUnreadable, match="byte 0xff"):
        read("a.yaml", b"a: \xff")


def test_references_lead_within_what_was_given() -> None:
    files = {
        "api/root.yaml": b"a: {$ref: '#/b'}\nb: [{$ref: '../common/money.json#/Amount'}]\nc: {$ref: 'http://x/y.json'}",
        "common/money.json": b'{"Amount": {"type": "number", "a/b c": 1}}',
    }
    documents = Documents(Sources("api/root.yaml", files))
    assert documents.resolve("api/root.yaml", "#/b") == Location("api/root.yaml", "/b")
    amount = documents.resolve("api/root.yaml", "../common/money.json#/Amount/a~1b%20c")
    assert amount == Location("common/money.json", "/Amount/a~1b c")
    assert documents.value(amount) == 1
    assert str(documents.place(amount)) == "common/money.json:1 /Amount/a~1b c"
    assert documents.root.name == "api/root.yaml"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("#/c", "nothing at that place"),
        ("#/a/9", "nothing at that place"),
        ("#anchor", "nothing at that place"),
        ("../../etc/passwd", "../../etc/passwd was not given"),
        ("file:///etc/passwd", "file:///etc/passwd was not given"),
        ("https://example.com/x.json", "nothing is read from the network"),
        ("broken.json", "is not JSON"),
    ],
)
def test_a_reference_that_leads_nowhere_names_itself(reference: str, words: str) -> None:
    documents = Documents(Sources("a.json", {"a.json": b'{"a": [1]}', "broken.json": b"{"}))
    with pytest.raises(BrokenReference) as caught:
        documents.resolve("a.json", reference)
    assert reference in str(caught.value)
    assert words in str(caught.value)


def test_documents_that_are_missing_are_named_without_being_read() -> None:
    root = b'{"x": [{"$ref": "b.json#/q"}, {"$ref": "b.json"}, {"$ref": "../c.yaml"}, {"$ref": "https://x/d"}]}'
    assert set(missing(one("s/a.json", root))) == {"s/b.json", "c.yaml"}
    assert missing(Sources("a.json", {"a.json": b'{"$ref": "#"}', "b.json": b"{"})) == ()


def test_a_document_that_was_made_has_no_lines() -> None:
    documents = Documents.of("made", {"a": 1})
    assert documents.place(Location("made", "/a")).line is None
    assert documents.value(Location("made", "/a")) == 1
