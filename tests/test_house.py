"""The rules of the house that no linter knows: imports, public faces, file sizes, the wheel, what is claimed."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = (
    ROOT / "broker" / "troth_broker",
    ROOT / "schemas" / "troth_schemas",
    ROOT / "verifiers" / "troth_verifiers",
)
SOURCES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# Who may import inside a function, and why: an optional extra, or what would make every start-up slow.
LATE_IMPORTS = {
    "broker/troth_broker/pages/engine.py": "Jinja2 is needed when a browser asks, never by a command over a file",
    "broker/troth_broker/store/migrate.py": "Alembic is needed only by a store that stands at another revision",
    "schemas/troth_schemas/pact/format.py": "comparing pacts needs an optional extra, publishing them does not",
    "schemas/troth_schemas/protobuf/protoc.py": "a child process, which is told where grpcio-tools are when it starts",
    "verifiers/troth_verifiers/pact/verifier.py": "gRPC comes with an optional extra, and most pacts do without",
    "schemas/troth_schemas/yaml_body.py": "PyYAML comes with an optional extra, and JSON does without",
}
# Who may load a module by its dotted name, which import-linter cannot see, and why.
BY_NAME = {
    "broker/troth_broker/app/world.py": "encryption takes 50 ms to load, and is needed only where there is a key",
    "broker/troth_broker/cli/comparison.py": "the one form of report that was asked for",
    "broker/troth_broker/cli/connection.py": "structlog comes with the server, an optional extra",
    "broker/troth_broker/cli/contract_files.py": "git is asked only for what is no file",
    "broker/troth_broker/cli/demo.py": "whether the server, an optional extra, is there",
    "broker/troth_broker/cli/program.py": "a sub-command, from the one table",
    "broker/troth_broker/cli/house_rules.py": "most houses have no rules of their own to read",
    "broker/troth_broker/cli/migrate.py": "the server, an optional extra",
    "broker/troth_broker/cli/own_broker.py": "the server, an optional extra",
    "broker/troth_broker/cli/serve.py": "the server, an optional extra",
    "broker/troth_broker/cli/snapshots.py": "the server, an optional extra",
    "broker/troth_broker/cli/verify.py": "openapi-core takes a third of a second, and most runs need none of it",
    "broker/troth_broker/cli/verify_report.py": "Rich draws a bar in a terminal, and nowhere else",
    "broker/troth_broker/cli/worker.py": "the server, an optional extra",
    "broker/troth_broker/client/wire.py": "a SQLite file is served in-process, by the optional extra",
    "broker/troth_broker/http/metrics.py": "Prometheus's library is needed when Prometheus asks",
    "broker/troth_broker/services/registry_forms.py": "Protobuf's library comes with an optional extra",
    "broker/troth_broker/store/upsert.py": "the words of the one database that is at hand, from a table",
    "schemas/troth_schemas/avro/proving.py": "fastavro is needed where something has to be proven",
    "schemas/troth_schemas/formats.py": "a format, from the one table",
    "schemas/troth_schemas/plugged.py": "what is installed is read only where no format of our own fits",
    "schemas/troth_schemas/pairs/table.py": "a pair of formats, from the one table",
    "verifiers/troth_verifiers/__init__.py": "pytest loads the package in every run, and most runs need none of it",
    "verifiers/troth_verifiers/drafting.py": "AsyncAPI comes with an optional extra",
    "verifiers/troth_verifiers/filtering.py": "the function that a person named",
    "verifiers/troth_verifiers/pytest_plugin/asgi.py": "websockets come with an optional extra",
    "verifiers/troth_verifiers/pytest_plugin/fixtures.py": "the application that the settings name",
    "verifiers/troth_verifiers/pytest_plugin/hooks.py": "pytest loads it in every run, and most runs need none of it",
    "verifiers/troth_verifiers/events/payloads/choosing.py": "an encoding, from the one table",
    "verifiers/troth_verifiers/facade.py": "states and messages over HTTP need a client, which is heavy to load",
    "verifiers/troth_verifiers/pact/own/decoding.py": "Avro's and Protobuf's libraries come with optional extras",
    "verifiers/troth_verifiers/openapi/verifier.py": "making requests up needs an extra, sending examples does not",
    "verifiers/troth_verifiers/stub/parts.py": "gRPC, GraphQL, OpenAPI and messages come with optional extras",
}
# Files over 400 lines, and why they are one.
LONG = {
    "broker/troth_broker/client/broker.py": "one method of a line or two for each thing that a broker can be asked",
    "broker/troth_broker/store/tables.py": "a list of tables, read from top to bottom",
    "broker/troth_broker/store/migrations/versions/0001_the_first_tables.py": "the same list, as written once",
}
# Ways to reach the world that stand in modules which pure code may import for other reasons.
IMPURE = re.compile(
    r"\b(?:datetime\.now|datetime\.today|datetime\.utcnow|date\.today|urllib\.request|print\(|input\(|(?<![\w.])open\()"
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _module(path: Path) -> str:
    package = next(package for package in PACKAGES if path.is_relative_to(package))
    return ".".join(path.parent.relative_to(package.parent).parts)


def _late_imports(tree: ast.Module) -> Iterator[int]:
    for outer in ast.walk(tree):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (node.lineno for node in ast.walk(outer) if isinstance(node, ast.Import | ast.ImportFrom))


def test_a_function_imports_nothing_without_a_written_reason() -> None:
    late = {_name(path) for path in SOURCES if any(_late_imports(ast.parse(path.read_text())))}
    assert late == set(LATE_IMPORTS)


def test_a_module_is_loaded_by_its_name_only_where_a_reason_is_written() -> None:
    loading = {_name(path) for path in SOURCES if re.search(r"\bimport_module\(|__import__\(", path.read_text())}
    assert loading == set(BY_NAME)


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name == "__init__.py"], ids=_name)
def test_a_public_face_names_exactly_what_it_re_exports_in_order(path: Path) -> None:
    tree = ast.parse(path.read_text())
    lazy = [node for one in tree.body if isinstance(one, ast.If) for node in one.body]  # named for the type checker
    imported = {
        alias.asname or alias.name
        for node in (*tree.body, *lazy)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    public = {name for name in imported | defined if not name.startswith("_")}
    declared = getattr(importlib.import_module(_module(path)), "__all__", None)
    if declared is None:
        assert not imported, "re-exports without an __all__"
    else:
        assert list(declared) == sorted(declared)
        assert imported <= set(declared) <= public


def test_every_file_is_short_or_has_a_reason_not_to_be() -> None:
    assert {_name(path) for path in SOURCES if len(path.read_text().splitlines()) > 400} == set(LONG)


def test_every_file_says_what_it_is() -> None:
    silent = {_name(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))}
    assert not silent


def test_pure_code_reaches_no_clock_no_file_and_no_network() -> None:
    pure = [path for path in SOURCES if "troth_schemas" in path.parts or "core" in path.parts]
    assert not {_name(path): found for path in pure if (found := IMPURE.findall(path.read_text()))}


def test_the_wheel_holds_the_three_packages_their_types_and_the_migrations(tmp_path: Path) -> None:
    build = "import sys, hatchling.build as b; b.build_wheel(sys.argv[1])"
    made = subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("troth-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    for package in PACKAGES:
        wanted = {
            str(path.relative_to(package.parent))
            for path in package.rglob("*")
            if path.suffix in {".py", ".typed", ".mako", ".html", ".css", ".js", ".svg"}
        }
        assert wanted <= inside
    assert any(name.startswith("troth_broker/store/migrations/versions/0001") for name in inside)
    assert {name.split("/")[0] for name in inside if ".dist-info" not in name} == {package.name for package in PACKAGES}


def test_this_python_is_among_the_claimed_ones() -> None:
    claimed = {c.rsplit(" ", 1)[1] for c in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", c)}
    assert f"3.{sys.version_info.minor}" in claimed
    lowest = min(claimed, key=lambda version: int(version.split(".")[1]))
    assert PROJECT["requires-python"] == f">={lowest}"


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text()
