"""The benchmark of the verifier still runs, with few interactions."""

import pytest

from benchmarks.verifier import run


def test_the_benchmark_measures_both_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(interactions=(20,), sizes=(10, 20))
    assert len(found) == 4
    assert all(one.value > 0 for one in found)
    printed = capsys.readouterr().out
    assert printed.count("bare library, 20 interactions") == 2
    assert printed.count("times as fast") == 2
    assert "16 at once" in printed
