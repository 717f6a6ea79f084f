"""A test run that replays contracts: it collects their tests, keeps what they find, and publishes if that is asked."""

from collections.abc import Generator, Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from troth_verifiers.errors import VerifierError
from troth_verifiers.pytest_plugin import fixtures, telling
from troth_verifiers.pytest_plugin.defining import MESSAGES, STATES
from troth_verifiers.pytest_plugin.home import belongs, home_of
from troth_verifiers.pytest_plugin.items import Crash, Replayed, Story, Unverifiable, items_of
from troth_verifiers.pytest_plugin.ledger import Ledger, counted
from troth_verifiers.pytest_plugin.limits import Limit
from troth_verifiers.pytest_plugin.loops import Loop, leave_threads
from troth_verifiers.pytest_plugin.plan import Fetched, Planned, fetch, packed, plan_of, unpacked
from troth_verifiers.pytest_plugin.providing import Provider
from troth_verifiers.pytest_plugin.publishing import Published, check_sinks, publish
from troth_verifiers.pytest_plugin.readying import Hand
from troth_verifiers.pytest_plugin.replaying import Replayer
from troth_verifiers.pytest_plugin.settings import Settings
from troth_verifiers.pytest_plugin.tracing import shorten

_OURS: Final = ("troth_app", "troth_target")
_AGAIN: Final = ("rerun",)
"""What plug-ins that run a failed test again call the result that does not count."""
NAME: Final = "troth-run"
"""Under which the run is registered with pytest."""


def start(config: pytest.Config, settings: Settings) -> None:
    """Register a run, and its fixtures, with pytest."""
    config.pluginmanager.register(fixtures, "troth-fixtures")
    config.pluginmanager.register(Run(config, settings), NAME)
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(_Workers(), "troth-workers")


class Run:
    """What pytest tells and asks during such a run; in each process of a distributed one there is one."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.settings = settings
        self.users = Loop("troth-app")
        self.provider = Provider(self.users, without_http=bool(config.option.troth_url))
        self.ledger = Ledger()
        self._config = config
        self._input: Mapping[str, Any] | None = getattr(config, "workerinput", None)
        self._limit = Limit(settings.handler_timeout)
        self.hand = Hand(self.users, self._limit)
        self._replayer = Replayer(settings, self.hand)
        self._nodes: dict[Path, pytest.Collector] = {}
        self._files: set[Path] = set()
        self._take_part = False
        self._published: Published | None = None

    @cached_property
    def fetched(self) -> list[Fetched]:
        """The contracts, fetched once for all processes."""
        if self._input is not None:
            return unpacked(self._input["troth_contracts"])
        try:
            return fetch(self.settings)
        except VerifierError as error:
            raise pytest.UsageError(f"--troth: {error.text}") from error

    @cached_property
    def plan(self) -> tuple[Planned, ...]:
        """What is to be replayed."""
        try:
            plan = plan_of(self.fetched, self.settings)
            if self.settings.publish and self._input is None:
                check_sinks(plan)
        except VerifierError as error:
            raise pytest.UsageError(f"--troth: {error.text}") from error
        return plan

    @cached_property
    def paths(self) -> list[str] | None:
        """The paths that were asked for on the command line; None where all tests were."""
        if self.settings.asked:
            return None
        if self._input is not None:
            paths: list[str] | None = self._input["troth_paths"]
            return paths
        given = self._config.args_source is pytest.Config.ArgsSource.ARGS
        return list(self._config.args) if given else None

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Remember folders and modules, in case the contracts belong there."""
        report = yield
        if isinstance(collector, pytest.Module | pytest.Directory):
            self._nodes[collector.path] = collector
        if isinstance(collector, pytest.Module) and report.passed and _overrides(collector.obj):
            self._files.add(collector.path)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Add the contracts' tests before anything is chosen among all tests."""
        plugins = self._config.pluginmanager.get_plugins()
        files = {Path(one.__file__) for one in plugins if _is_conftest(one) and _overrides(one)}
        files |= self._files | {one.file for one in (*STATES, *MESSAGES)}
        home, file = home_of(session, self._nodes, files)
        if belongs(file, self.paths, self._config.invocation_params.dir):
            self._take_part = True
            ours: list[pytest.Item | pytest.Collector] = [*items_of(home, self.plan, self._replayer)]
            report = pytest.CollectReport("troth", "passed", None, ours)  # so that the terminal counts them too
            session.ihook.pytest_collectreport(report=report)
            items += [one for one in ours if isinstance(one, pytest.Item)]

    def pytest_enter_pdb(self) -> None:
        """Somebody looks at what runs, and takes the time for it."""
        self._limit.lift()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object | None, object | None]:
        """Serve the application no longer than its fixture lives."""
        value = yield
        if fixturedef.argname == "troth_app":
            fixturedef.addfinalizer(self.provider.stop)
        return value

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let what an interaction's test found travel with its report, also from another process."""
        if not isinstance(item, Replayed | Unverifiable):
            return (yield)
        told = item.note(call)
        if call.excinfo is not None and not self._config.getoption("fulltrace", False):
            shorten(call.excinfo)
        report = yield
        if told is not None:
            vars(report)["troth"] = told
        if call.excinfo and (story := item.story(call.excinfo.value)):
            vars(report)["longrepr"] = story  # pytest asks a test itself for the phase "call" alone
            vars(report)["troth_in_short"] = story.reprcrash.message
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what an interaction's test found; what came from another process is a story again."""
        told, short = vars(report).get("troth"), vars(report).get("troth_in_short")
        if told is not None and report.outcome not in _AGAIN:
            self.ledger.note(told)
        if short is not None and isinstance(report.longrepr, str):
            vars(report)["longrepr"] = Story(report.longrepr, Crash(short))

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
        """What could not be judged is an error, not a failure."""
        told = vars(report).get("troth")
        unjudged = told is not None and report.failed and told["outcome"] == "errored"
        return ("error", "E", "ERROR") if unjudged else None

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """End what ran once all fixtures are torn down, and publish; a wish for that which was not met is a failure."""
        try:
            result = yield
        finally:
            self.provider.stop()
            self._replayer.close()
            self.users.close()
            leave_threads()
        if self._input is None and self.settings.publish and not self._published_all(exitstatus):
            session.exitstatus = max(session.exitstatus, pytest.ExitCode.TESTS_FAILED)
        return result

    def _published_all(self, exitstatus: int) -> bool:
        """Publish what may be; whether that is all that was wished for."""
        if not self.ledger:
            return not (self._take_part or self._config.option.troth_publish)
        broken_off = exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        why = "the run was broken off" if broken_off else self.ledger.why_not_published(self.plan)
        self._published = (
            Published(why=why) if why else publish(self.plan, self.ledger.reports(self.plan), self.settings)
        )
        return self._published.done

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how each contract stands, what became of the results, and what to do about missing states."""
        if not self.ledger:
            if self.settings.publish:
                terminalreporter.section("contracts")
                terminalreporter.write_line("NOT PUBLISHED: no interaction of any contract was replayed.", red=True)
            return
        terminalreporter.section("contracts")
        for planned, report in zip(self.plan, self.ledger.reports(self.plan), strict=True):
            terminalreporter.write_line(f"{planned.title}: {counted(planned, report)}")
        terminalreporter.write_line("")
        published = self._published
        if published is None:
            text = "Nothing was published; that is done with --troth-publish --troth-provider-version VERSION."
            terminalreporter.write_line(text, bold=True)
        else:
            for line in published.lines(self.settings):
                terminalreporter.write_line(line, bold=True, green=published.done, red=not published.done)
        missing, unproduced = tuple(self.ledger.missing.values()), tuple(self.ledger.unproduced)
        if missing or unproduced:
            terminalreporter.write_line("")
            for line in telling.template_of(missing, unproduced):
                terminalreporter.write_line(line)


class _Workers:
    """Hands the contracts to the other processes of a distributed run."""

    def pytest_configure_node(self, node: Any) -> None:
        """A process is about to start."""
        run = node.config.pluginmanager.get_plugin(NAME)
        _ = run.plan  # what is wrong with it is told before any process starts
        node.workerinput["troth_contracts"] = packed(run.fetched)
        node.workerinput["troth_paths"] = run.paths


def _overrides(module: object) -> bool:
    return any(hasattr(module, name) for name in _OURS)


def _is_conftest(plugin: object) -> bool:
    return isinstance(plugin, ModuleType) and Path(plugin.__file__ or "").name == "conftest.py"
