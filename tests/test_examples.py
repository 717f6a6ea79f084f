"""What the tests with hypothesis try is the same in every run of one commit, whatever else that run has loaded."""

import importlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import HUNTING


@pytest.mark.skipif(bool(os.environ.get(HUNTING)), reason="this run hunts: its examples are others each time")
def test_the_examples_do_not_depend_on_the_modules_that_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _tried()
    (tmp_path / "odd_constants.py").write_text("\n".join(f"A{n} = 'odd constant {n}'" for n in range(50)))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("odd_constants")
    assert _tried() == before
    assert len(set(before)) > 50


def _tried() -> list[str]:
    tried: list[str] = []

    @settings(max_examples=200)
    @given(st.text())
    def attempt(value: str) -> None:
        tried.append(value)

    attempt()
    return tried
