"""The benchmark of GraphQL still runs, with few operations."""

import pytest

from benchmarks.graphql import run


def test_the_benchmark_measures_both_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = run(20)
    assert found.value > 0
    printed = capsys.readouterr().out
    assert "bare client loop,    20 operations" in printed
    assert "troth,    20 operations" in printed
