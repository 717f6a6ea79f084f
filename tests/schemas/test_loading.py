"""Plug-ins are loaded in bounded time: one that never comes back is named, and nobody waits for it twice."""

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from uuid import uuid4

import pytest

from tests.support.plugging import write_plugin
from tests.support.waiting import until
from troth_broker.cli.verify import verify
from troth_schemas import formats, loading, plugged
from troth_schemas.detecting import detect
from troth_schemas.errors import FormatBroken, FormatUndetected
from troth_schemas.loading import StillLoadingError, loaded
from troth_verifiers import plugins
from troth_verifiers.errors import PluginError

Write = Callable[[str], str]
HANGS = "import troth_test_gate\ntroth_test_gate.wait()\nmake = dict\n"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """What a plug-in that hangs waits for."""
    found = Event()
    monkeypatch.setitem(sys.modules, "troth_test_gate", SimpleNamespace(wait=found.wait))
    yield found
    found.set()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Installs a plug-in of a format and of a verifier, and tells the name of both and of their module."""
    monkeypatch.syspath_prepend(tmp_path)
    made = []

    def plugin(code: str) -> str:
        name = f"odd{uuid4().hex[:8]}"
        here = {name: f"{name}:make"}
        write_plugin(tmp_path, name, {"troth.formats": here, "troth.verifiers": here}, code)
        plugged._entries.cache_clear()
        made.append(name)
        return name

    yield plugin
    plugged._entries.cache_clear()
    for name in made:
        sys.modules.pop(name, None)


def entry(name: str) -> EntryPoint:
    return EntryPoint(name, f"{name}:make", "troth.sources")


def test_one_that_hangs_is_told_nobody_waits_for_it_again_and_once_it_is_there_it_is_taken(
    write: Write, gate: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = write(HANGS)
    monkeypatch.setattr(loading, "PATIENCE", 0.2)
    with pytest.raises(StillLoadingError, match=f"^{name} is still not loaded after 0.2 s$"):
        loaded(entry(name).value, entry(name).load)
    monkeypatch.setattr(loading, "PATIENCE", 3600.0)
    with pytest.raises(StillLoadingError):
        loaded(f"{name}:other", entry(name).load)
    gate.set()
    until(lambda: not loading._is_to_be_imported(name), what="the end of its import")
    assert loaded(entry(name).value, entry(name).load) is dict


def test_what_a_format_and_a_verifier_that_hang_are_asked_is_answered_with_a_sentence(
    write: Write, gate: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = write(HANGS)
    monkeypatch.setattr(loading, "PATIENCE", 0.2)
    with pytest.raises(FormatBroken, match=f"'{name}' cannot be used: .* is still not loaded after 0.2 s"):
        formats.find(name)
    with pytest.raises(PluginError, match=f"{name}:make cannot be used: {name} is still not loaded after 0.2 s"):
        plugins.verifier(name)
    with pytest.raises(FormatUndetected, match=r"plug-ins were not asked: .* is still not loaded after 0\.2 s\. "):
        detect("lines.txt", b"GET /orders")
    assert detect("a.json", b'{"openapi": "3.1.0"}') == "openapi"
    assert not gate.is_set()


def test_a_format_whose_factory_never_ends_is_told(write: Write, gate: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    name = write("import troth_test_gate\nmake = troth_test_gate.wait\n")
    monkeypatch.setattr(loading, "PATIENCE", 0.2)
    with pytest.raises(FormatBroken, match=f"{name}:make is still not loaded after 0.2 s"):
        formats.find(name)
    assert not gate.is_set()


def test_what_it_raises_is_raised_to_each_who_asks(write: Write) -> None:
    name = write("raise SystemExit('the moon is full')\n")
    for _ in range(2):
        with pytest.raises(SystemExit, match="the moon is full"):
            loaded(entry(name).value, entry(name).load)
        with pytest.raises(FormatBroken, match="does not load: SystemExit: the moon is full"):
            formats.find(name)


def test_troths_own_and_what_is_imported_already_take_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "in_time", None)
    assert loaded("json:loads", lambda: 7) == 7
    assert loaded("troth_verifiers.not_there_yet:make", lambda: 8) == 8


def test_a_broker_that_has_to_load_one_answers_before_its_clients_give_up() -> None:
    [waits] = [one.default for one in verify.params if one.name == "broker_timeout"]
    assert isinstance(waits, float)
    assert waits >= 2 * loading.PATIENCE
