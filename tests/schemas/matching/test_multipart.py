"""Bodies in parts: forms with files, each part like a body of its own."""

import pytest

from troth_schemas.json_body import Json
from troth_schemas.matching import Body, match_body
from troth_schemas.matching.multipart import NotMultipart, Part, parts_of
from troth_schemas.pact.rules import read_rules

KIND = "multipart/form-data; boundary=XX"


def part(name: str, content: str, *, file: str = "", kind: str = "", **headers: str) -> str:
    lines = [f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{file}"' if file else "")]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", content])


def whole(*parts: str) -> Body:
    return Body(("".join(f"--XX\r\n{one}\r\n" for one in parts) + "--XX--\r\n").encode(), KIND)


def places(expected: Body, actual: Body, written: dict[str, Json] | None = None) -> list[str]:
    listed: Json = {"body": {path: {"matchers": [rule]} for path, rule in (written or {}).items()}}
    found = match_body(expected, actual, read_rules(listed))
    assert found.kind is None
    return [one.path for one in found.places]


FILE = part("f", '{"a": 1}', file="f.json", kind="application/json")
FORM = whole(part("a", "1"), FILE)


@pytest.mark.parametrize(
    ("actual", "written", "expected"),
    [
        (FORM, {}, []),
        (whole(FILE, part("more", "x"), part("a", "1")), {}, []),
        (whole(part("a", "2"), FILE), {}, ["$.a"]),
        (whole(part("a", "2"), FILE), {"$.a": {"match": "integer"}}, []),
        (whole(part("a", "x"), FILE), {"$.a": {"match": "integer"}}, ["$.a"]),
        (whole(FILE), {}, ["$"]),
        (whole(part("a", "1", file="a"), FILE), {}, ["$"]),
        (whole(part("a", "1"), FILE.replace("1}", "2}")), {}, ["$.f.a"]),
        (whole(part("a", "1"), FILE.replace("1}", "2}")), {"$.f.a": {"match": "type"}}, []),
        (whole(part("a", "1"), part("f", "x", file="f", kind="text/plain")), {}, ["$.f['content-type']", "$.f"]),
        (whole(part("a", "1"), part("f", '{"a": 1}', file="f")), {}, []),
        (Body(b"nothing", KIND), {}, ["$"]),
        (Body(FORM.content, "multipart/form-data"), {}, ["$"]),
        (Body((FORM.content or b"").removesuffix(b"--\r\n"), KIND), {}, ["$"]),
    ],
)
def test_each_part_is_compared_like_a_body(actual: Body, written: dict[str, Json], expected: list[str]) -> None:
    assert places(FORM, actual, written) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ((part("f", "1", file="a"), part("f", "2", file="b")), []),
        ((part("f", "1", file="a"), part("f", "3", file="b")), ["$.f"]),
        ((part("f", "1", file="a"),), ["$"]),
    ],
)
def test_of_several_parts_of_one_name_each_is_compared(actual: tuple[str, ...], expected: list[str]) -> None:
    assert places(whole(part("f", "1", file="a"), part("f", "2", file="b")), whole(*actual)) == expected


def test_the_headers_of_a_part_are_compared_unless_they_may_be_left_out() -> None:
    example = whole(part("a", "1", X_Kind="k", Content_Transfer_Encoding="8bit"))
    assert places(example, whole(part("a", "1", X_Kind="k"))) == []
    assert places(example, whole(part("a", "1"))) == ["$.a['x-kind']"]
    assert places(example, whole(part("a", "1", X_Kind="l"))) == ["$.a['x-kind']"]
    assert places(example, whole(part("a", "1", X_Kind="l")), {"$.a['X-Kind']": {"match": "type"}}) == []


def test_parts_without_names_go_by_their_places_and_base64_is_decoded() -> None:
    content = b"--XX\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=\r\n--XX\r\n\r\nplain\r\n--XX--"
    first, second = parts_of(content, "multipart/mixed; boundary=XX")
    assert first == Part("", 0, False, {"content-transfer-encoding": "base64"}, b"hi")
    assert (second.step, second.content, second.content_type) == (1, b"plain", "")
    example = Body(content, "multipart/mixed; boundary=XX")
    assert places(example, Body(content.replace(b"plain", b"other"), example.content_type)) == ["$[1]"]


def test_no_body_is_taken_into_more_parts_than_anybody_sends() -> None:
    with pytest.raises(NotMultipart, match="more than 1000 parts"):
        parts_of(b"--X\r\n\r\n\r\n" * 1001 + b"--X--", "multipart/mixed; boundary=X")
