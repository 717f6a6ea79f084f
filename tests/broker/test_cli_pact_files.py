"""Pact files are read completely or not at all, and those of one pair become one pact."""

import json
from pathlib import Path
from typing import Any

import pytest

from troth_broker.cli.pact_files import UnreadablePacts, find, merged, read


def pact(path: Path, *interactions: object, **more: object) -> Path:
    document: dict[str, Any] = {"consumer": {"name": "web"}, "provider": {"name": "orders"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**document, "interactions": list(interactions), **more}))
    return path


def get(description: str, **more: object) -> dict[str, object]:
    return {"description": description, "request": {"method": "GET", "path": "/"}, "response": {"status": 200}, **more}


def test_files_folders_and_patterns_are_found_once_each(tmp_path: Path) -> None:
    a, b = pact(tmp_path / "a.json"), pact(tmp_path / "deep" / "b.json")
    (tmp_path / "notes.txt").write_text("no pact")
    assert find([str(tmp_path)]) == (a, b)
    assert find([str(b), str(tmp_path / "*.json"), str(tmp_path / "**" / "*.json")]) == (b, a)
    assert find([str(tmp_path / "none*.json")]) == ()


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePacts, match="missing: there is no such file or folder"):
        find(["missing"])


@pytest.mark.parametrize("nothing", ["", " "])
def test_an_empty_name_is_not_the_current_folder(nothing: str) -> None:
    with pytest.raises(UnreadablePacts, match="an empty name is given as a file: is the variable set"):
        find([nothing])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "it is not JSON: .* at line 1 column 2"),
        (b'{"consumer', "it is not JSON: Unterminated string starting at line 1 column 2"),
        (b"", "it is empty"),
        (
            b'{"consumer": {"name": "w\\ud800"}}',
            r"name of its consumer, 'w\\ud800', holds control characters or halves",
        ),
        (b'{"consumer": {"name": "w\\u0000"}}', r"name of its consumer, 'w\\x00', holds control characters"),
        (b"\xff\xfe{}", "it is not UTF-8 text .byte 0."),
        (b"[]", "JSON, but no object"),
        (b"{}", "does not name its consumer"),
        (b'{"consumer": {"name": "web"}}', "does not name its provider"),
        (b'{"consumer": {"name": " "}}', "does not name its consumer"),
        (b'{"consumer": {"name": "w"}, "provider": {"name": "o"}}', "neither 'interactions' nor 'messages'"),
        (b'{"consumer": NaN}', "it holds NaN, which is no JSON"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_pact_is_named_with_its_fault(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(UnreadablePacts, match=f"bad.json: .*{said}"):
        read([path])


def test_every_bad_file_is_named_not_only_the_first(tmp_path: Path) -> None:
    good, bad, worse = pact(tmp_path / "good.json"), tmp_path / "bad.json", tmp_path / "gone.json"
    bad.write_text("{")
    with pytest.raises(UnreadablePacts) as raised:
        read([good, bad, worse])
    assert [problem.partition(":")[0] for problem in raised.value.problems] == [str(bad), str(worse)]


def test_one_file_keeps_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{ "consumer":{"name":"web"},"provider":{"name":"o"},"interactions":[], "x": 1.10e5 }')
    [(found, paths)] = merged(read([path]))
    assert found.content == path.read_bytes()
    assert paths == (path,)


def test_a_byte_order_mark_is_left_out(tmp_path: Path) -> None:
    path = pact(tmp_path / "a.json")
    plain = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + plain)
    assert merged(read([path]))[0][0].content == plain


def test_files_of_one_pair_become_one_pact_and_others_stay_apart(tmp_path: Path) -> None:
    a = pact(tmp_path / "a.json", get("one"), get("two", providerState="s"))
    b = pact(tmp_path / "b.json", get("one"), get("two", providerState="t"), metadata={"x": 1})
    c = pact(tmp_path / "c.json", get("one"), provider={"name": "billing"})
    (orders, paths), (billing, _) = merged(read([a, b, c]))
    assert paths == (a, b)
    assert json.loads(orders.content)["interactions"] == [
        get("one"),
        get("two", providerState="s"),
        get("two", providerState="t"),
    ]
    assert billing.provider == "billing"


def test_messages_are_merged_too(tmp_path: Path) -> None:
    a = pact(tmp_path / "a.json", messages=[{"description": "m"}])
    b = pact(tmp_path / "b.json", messages=[{"description": "n"}, "odd"])
    [(found, _)] = merged(read([a, b]))
    assert json.loads(found.content)["messages"] == [{"description": "m"}, {"description": "n"}, "odd"]


def test_two_different_interactions_of_one_name_are_refused_and_both_files_named(tmp_path: Path) -> None:
    a, b = pact(tmp_path / "a.json", get("one")), pact(tmp_path / "b.json", get("one", response={"status": 201}))
    with pytest.raises(UnreadablePacts, match=r"b.json: its interaction 'one' differs .* in .*a.json"):
        merged(read([a, b]))


def test_a_number_that_merging_would_change_is_refused(tmp_path: Path) -> None:
    a, b = pact(tmp_path / "a.json", get("one")), tmp_path / "b.json"
    b.write_text(pact(tmp_path / "b.json", get("two")).read_text().replace("200", "0.12345678901234567890"))
    with pytest.raises(UnreadablePacts, match=r"b.json: the number 0.12345678901234567890 does not survive"):
        merged(read([a, b]))
