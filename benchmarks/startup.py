"""How long commands take to start, beside the interpreter's own start in the same run.

python -m benchmarks.startup
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.fleet import MAIN
from benchmarks.goals import Verdict, tell
from benchmarks.seed import seed
from benchmarks.server import serving
from benchmarks.shape import ASKED

_TROTH = (sys.executable, "-m", "troth_broker.cli")


def run(times: int) -> list[Verdict]:
    """Time each command; prints the medians."""
    with tempfile.TemporaryDirectory(prefix="troth-benchmarks-") as folder:
        file = Path(folder) / "fleet.db"
        seed(f"sqlite:///{file}", 5_000)
        gate = ("can-i-deploy", "--pacticipant", ASKED, "--branch", MAIN, "--to-environment", "production")
        bare = _median((sys.executable, "-c", "pass"), times)
        help_ = _median((*_TROTH, "--help"), times)
        asked = _median((*_TROTH, *gate, "--broker", str(file)), times)
        served = statistics.median(_until_served(f"sqlite:///{file}") for _ in range(times))
    print(f"{'python -c pass':40}{bare:8.3f} s")
    for name, seconds in (("troth --help", help_), ("a gate answer on a SQLite file", asked), ("troth serve", served)):
        print(f"{name:40}{seconds:8.3f} s   {seconds / bare:5.1f} times python -c pass")
    return [
        Verdict("start-up: troth --help", help_, 0.25, "s"),
        Verdict("start-up: a gate answer on a SQLite file", asked, 1.0, "s"),
        Verdict("start-up: troth serve until its first answer", served, 1.0, "s"),
    ]


def _median(command: Sequence[str], times: int) -> float:
    return statistics.median(_seconds(command) for _ in range(times))


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stdout} {done.stderr}")
    return time.perf_counter() - began


def _until_served(database: str) -> float:
    with serving(database) as server:
        return server.start_seconds


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.startup", description="How long commands take to start."
    )
    parser.add_argument("--times", type=int, default=7)
    sys.exit(0 if tell(run(parser.parse_args().times)) else 1)


if __name__ == "__main__":
    main()
