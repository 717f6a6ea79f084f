"""`troth plugins` names what claims to be somebody else, and nothing is loaded before it is needed."""

import json
import re
import threading
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tests.support.cli import troth
from tests.support.plugging import write_plugin
from troth_broker.cli import plugins
from troth_schemas import loading

WRITTEN = '''
from hashlib import sha256
from troth_schemas.finding import Found
from troth_schemas.formats import Format, Loaded
from troth_schemas.pairs import Pair
from troth_schemas.report import make_report
from troth_schemas.rule import rule

def written(name, **more):
    compare = lambda reader, writer, options: make_report((), 1)
    return Format(name, lambda s: Loaded(s.text), lambda d: d, lambda d: sha256(d).hexdigest(), compare, **more)

def made(name, severity="breaking"):
    @rule(name, severity=severity)
    def one(pair):
        """Something is gone."""
        yield Found("It is gone.", ())
    return one
'''
"""How plug-ins of a few lines begin."""
GONE = "make = lambda: written('odd', rules=(made('odd/gone'),))"


@pytest.mark.parametrize(
    ("entries", "code", "why"),
    [
        ({"troth.formats": {"troth": "odd:make"}}, "make = lambda: written('troth')", "are those of others."),
        ({"troth.formats": {"pact-avro": "odd:make"}}, "make = lambda: written('pact-avro')", "are those of others."),
        (
            {"troth.formats": {"o.d": "odd:make"}},
            "make = lambda: written('o.d')",
            "made of small letters, digits and -.",
        ),
        ({"troth.formats": {"odd": "odd:make"}}, "make = lambda: written('other')", "and no Format of this name."),
        (
            {"troth.formats": {"odd": "odd:make"}},
            "make = lambda: written('odd', rules=(made('avro/gone'),))",
            "the id 'avro/gone' does not begin with odd/, or is not in kebab-case.",
        ),
        (
            {"troth.formats": {"odd": "odd:make"}},
            "make = lambda: written('odd', rules=(made('odd/gone'), made('odd/gone')))",
            "The plug-in odd of odd 1.0 has two rules called odd/gone.",
        ),
        (
            {"troth.formats": {"odd": "odd:make"}, "troth.pairs": {"odd.avro": "odd:pair"}},
            f"{GONE}\npair = lambda: Pair('odd', 'avro', None, rules=(made('odd/gone', 'risky'),))",
            "The plug-in odd.avro of odd 1.0 has two rules called odd/gone.",
        ),
        (
            {"troth.formats": {"odd": "odd:make"}, "troth.pairs": {"odd.avro": "odd:pair"}},
            "make = lambda: written('odd')\npair = lambda: Pair('avro', 'odd', None)",
            "and no Pair of these two formats.",
        ),
        (
            {"troth.formats": {"odd": "odd:make"}, "troth.pairs": {"avro.odd": "odd:pair"}},
            "make = lambda: written('odd')\npair = lambda: Pair('avro', 'odd', None, rules=(made('avro/gone'),))",
            "the id 'avro/gone' does not begin with avro-odd/ or odd/, or is not in kebab-case.",
        ),
        (
            {"troth.formats": {"odd": "odd:make"}},
            "make = lambda: Format('odd', telepathy=True)",
            "argument 'telepathy'.",
        ),
    ],
)
def test_a_plugin_that_takes_the_place_of_others_or_says_what_is_not_known_is_named(
    entries: dict[str, dict[str, str]], code: str, why: str, tmp_path: Path
) -> None:
    write_plugin(tmp_path, "odd", entries, WRITTEN + code)
    run = troth("plugins", "-o", "json", folder=tmp_path, environment={"PYTHONPATH": str(tmp_path)}, code=1)
    (broken,) = [one for one in json.loads(run.out)["plugins"] if one["why"]]
    assert broken["state"] == "broken"
    assert broken["why"].endswith(why)


def test_two_plugins_of_one_name_and_one_value_are_told_by_who_brings_them(tmp_path: Path) -> None:
    for name in ("odd", "even"):
        write_plugin(tmp_path, name, {"troth.formats": {"odd": "odd:make"}}, WRITTEN + "make = lambda: written('odd')")
    run = troth("plugins", folder=tmp_path, environment={"PYTHONPATH": str(tmp_path)}, code=1)
    assert run.out.count("more than one plug-in brings it: odd:make of even and odd:make of odd.") == 2


def test_one_that_takes_long_to_load_is_told_and_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    slow = "import pathlib, time\npathlib.Path('loaded').touch()\ntime.sleep(1.2)\nmake = lambda: written('odd')"
    entries = {"troth.formats": {"odd": "odd:make"}, "troth.pairs": {"odd.openapi": "odd:make"}}
    write_plugin(tmp_path, "odd", entries, WRITTEN + slow)
    (tmp_path / "order.avsc").write_text('{"type": "record", "name": "A", "fields": []}')
    surroundings = {"PYTHONPATH": str(tmp_path)}
    quick = (
        ("--help",),
        ("lint", "order.avsc"),
        ("compare", "order.avsc", "order.avsc", "--allow-not-covered"),
        ("publish", "order.avsc", "-a", "1", *("--role", "consumer", "--consumer", "web", "--provider", "orders")),
        ("publish", "order.avsc", "-a", "5", *("--role", "provider", "--provider", "orders")),
        ("can-i-deploy", "-a", "web", "-e", "1"),
    )
    for command in quick:
        troth(*command, folder=tmp_path, environment={**surroundings, "PACT_BROKER_BASE_URL": "./troth.db"})
    assert (tmp_path / "troth.db").exists()
    assert not (tmp_path / "loaded").exists()
    run = troth("plugins", folder=tmp_path, environment=surroundings, code=1)
    assert re.search(r"✓ odd .* s to load\)", run.out)
    assert (tmp_path / "loaded").exists()


def test_one_that_never_loads_is_told_and_the_others_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PATIENCE", 0.2)
    ended = threading.Event()
    entry = EntryPoint("odd", "odd:make", "troth.sources")
    assert plugins._why_not(entry, lambda _: ended.wait()) == "odd:make is still not loaded after 0.2 s."
    ended.set()


def test_what_one_prints_while_it_loads_is_none_of_the_answer(tmp_path: Path) -> None:
    write_plugin(tmp_path, "odd", {"troth.sources": {"odd": "odd:make"}}, "print('here I am')\nmake = dict")
    run = troth("plugins", "-o", "json", folder=tmp_path, environment={"PYTHONPATH": str(tmp_path)}, code=0)
    assert {one["why"] for one in json.loads(run.out)["plugins"]} == {None}
    assert "here I am" in run.err


@pytest.mark.parametrize("written", [b"[troth.formats]\nodd\n", b"\xff\xfe\x00"])
def test_entry_points_that_cannot_be_read_are_told_and_keep_those_of_others_from_nothing(
    written: bytes, tmp_path: Path
) -> None:
    write_plugin(tmp_path, "even", {"troth.sources": {"even": "even:make"}}, "make = dict")
    write_plugin(tmp_path, "odd", {})
    (tmp_path / "odd-1.0.dist-info" / "entry_points.txt").write_bytes(written)
    (tmp_path / "calls.troth.yaml").write_text(
        "troth: 1\nprotocol: message\nconsumer: web\nprovider: orders\ninteractions: []"
    )
    surroundings = {"PYTHONPATH": str(tmp_path)}
    run = troth("plugins", "-o", "json", folder=tmp_path, environment=surroundings, code=1)
    rows = {one["module"]: one["why"] for one in json.loads(run.out)["plugins"]}
    assert rows["even:make"] is None
    assert rows[str(tmp_path / "odd-1.0.dist-info")].startswith("Its entry points cannot be read: ")
    assert f"✗ {tmp_path / 'odd-1.0.dist-info'}\n" in troth("plugins", environment=surroundings, code=1).out
    told = troth("verify", "calls.troth.yaml", folder=tmp_path, environment=surroundings, code=2)
    assert "fault of Troth" not in told.said


def test_a_name_cannot_move_the_cursor_and_a_package_without_a_name_is_unknown(tmp_path: Path) -> None:
    write_plugin(tmp_path, "odd", {"troth.formats": {"o\x1b[2Jdd": "odd:make"}}, "raise ValueError('no')")
    (tmp_path / "odd-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\n")
    run = troth("plugins", environment={"PYTHONPATH": str(tmp_path), "FORCE_COLOR": "1"}, code=1)
    assert "o\\x1b[2Jdd" in run.out
    assert " unknown " in run.out
    assert "None" not in run.out
