"""The plug-in's hooks and options, loaded in every run; all that does the work is loaded when it is asked for."""

from collections.abc import Callable, Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from troth_verifiers.pytest_plugin.stubbing import RunningStub, Stubs

_STUBS: "pytest.StashKey[Stubs]" = pytest.StashKey()
_MARKERS = (
    "troth: an interaction of a contract",
    "troth_consumer(name): an interaction that this consumer relies on; -m \"troth_consumer(name='web')\"",
    "troth_protocol(name): an interaction of this protocol; -m \"troth_protocol(name='http')\"",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the group "contracts"."""
    group = parser.getgroup("troth", "contracts (Troth)")
    group.addoption(
        "--troth",
        action="append",
        metavar="SOURCE",
        help="verify the contracts of a file, a folder, a glob or a broker's URL; may be repeated",
    )
    group.addoption("--no-troth", action="store_true", help="verify no contracts, whatever the settings say")
    group.addoption("--troth-provider", metavar="NAME", help="the provider's name, as contracts spell it")
    group.addoption("--troth-url", metavar="URL", help="where the provider runs; else the fixture troth_app says it")
    group.addoption(
        "--troth-urls",
        action="append",
        metavar="PROTOCOL=URL",
        help="where it speaks another protocol, such as grpc=127.0.0.1:50051; may be repeated",
    )
    group.addoption("--troth-publish", action="store_true", help="publish the results, if the run was whole")
    group.addoption("--troth-provider-version", metavar="VERSION", help="the provider's version, for --troth-publish")
    group.addoption("--troth-branch", metavar="BRANCH", help="the branch of that version")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; start a run where contracts are to be verified."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    root = config.rootpath
    asked = any(value for name, value in vars(config.option).items() if name.startswith("troth"))
    if asked or any(_may_say(root / name) for name in ("troth.toml", "pyproject.toml") if (root / name).exists()):
        _start(config)


def _may_say(file: Path) -> bool:
    """Whether a file may hold settings; reading it properly is left to what is loaded then."""
    try:
        return file.name == "troth.toml" or b"troth" in file.read_bytes()
    except OSError:
        return False


def _start(config: pytest.Config) -> None:
    errors = import_module("troth_verifiers.errors")
    settings = import_module("troth_verifiers.pytest_plugin.settings")
    try:
        found = settings.settings_of(vars(config.option), config.rootpath)
    except errors.UsageError as error:
        raise pytest.UsageError(error.text) from error
    if found is not None:
        import_module("troth_verifiers.pytest_plugin.run").start(config, found)


@pytest.fixture
def troth_stub(request: pytest.FixtureRequest) -> "Iterator[Callable[..., RunningStub]]":
    """Serve contracts as a stub: ``troth_stub("pacts/web-orders.json").url``; a refused request fails the test."""
    stubs: Stubs = import_module("troth_verifiers.pytest_plugin.stubbing").Stubs()
    request.node.stash[_STUBS] = stubs
    yield stubs.serve
    stubs.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test whose stubs were asked what no contract knows."""
    outcome = yield
    stubs = item.stash.get(_STUBS, None)
    if stubs is not None and (refused := stubs.refusals()):
        pytest.fail(refused, pytrace=False)
    return outcome
