"""Results are published when asked, and only of a whole run that judged everything."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.verifiers.pacts import http, v4
from tests.verifiers.pytest_plugin.projects import CONFTEST, CREATED, NO_ORDER, ORDER, WEB, Project
from troth_broker.client import Broker, ContractFiles, PactFile, Selector

ASK = ("--troth-provider", "orders", "--troth-publish", "--troth-provider-version", "4f2c1ab")
NOTHING_ASKED = "Nothing was published; that is done with --troth-publish --troth-provider-version VERSION."


class Estate:
    """A provider's project, and a broker in a file that holds the pact of its consumer."""

    def __init__(self, shop: Project) -> None:
        self.shop = shop
        self.file = shop.folder / "broker.db"
        self.publish(WEB)

    @property
    def source(self) -> tuple[str, ...]:
        """The options that name the broker."""
        return ("--troth", f"sqlite:///{self.file}", "--troth-provider", "orders")

    def publish(self, pact: dict[str, object], version: str = "1") -> None:
        """Publish a pact of the consumer web."""
        self.publish_of("web", pact, version)

    def publish_of(self, consumer: str, pact: dict[str, object], version: str = "1") -> None:
        """Publish a pact of a consumer."""
        content = json.dumps({**pact, "consumer": {"name": consumer}}).encode()
        asyncio.run(self._publish(PactFile(consumer, "orders", content), version))

    async def _publish(self, pact: PactFile, version: str) -> None:
        async with Broker(f"sqlite:///{self.file}") as broker:
            await broker.publish([pact], version=version, branch="main")

    def publish_schema(self) -> None:
        """Publish what the consumer web can read, in a format that nothing replays."""
        asyncio.run(self._publish_schema())

    async def _publish_schema(self) -> None:
        schema = b'{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]}'
        async with Broker(f"sqlite:///{self.file}") as broker:
            files = ContractFiles("avro", {"order.avsc": schema})
            await broker.publish_contract(files, provider="orders", consumer="web", version="1", branch="main")

    def results(self) -> list[tuple[str, bool]]:
        """The provider's versions with results, and whether they keep their pact."""
        return asyncio.run(self._results())

    def publish_commands(self) -> None:
        """Publish what the consumer web sends to the provider, with no word of what comes of it, and what it hears."""
        message = {"name": "order", "payload": {"type": "object"}}
        both = {"publish": {"operationId": "hear", "message": message}}
        both |= {"subscribe": {"operationId": "order it", "message": message}}
        value = {"asyncapi": "2.6.0", "info": {"title": "web", "version": "1"}, "channels": {f"troth.{uuid4()}": both}}
        asyncio.run(self._publish_commands(json.dumps(value).encode()))

    async def _publish_commands(self, document: bytes) -> None:
        async with Broker(f"sqlite:///{self.file}") as broker:
            files = ContractFiles("asyncapi", {"asyncapi.json": document})
            await broker.publish_contract(files, provider="orders", consumer="web", version="2", branch="main")

    async def _results(self) -> list[tuple[str, bool]]:
        async with Broker(f"sqlite:///{self.file}") as broker:
            rows = (await broker.matrix(Selector("orders"))).rows
        return [(row.provider.version or "", bool(row.success)) for row in rows if row.success is not None]


@pytest.fixture
def estate(shop: Project) -> Estate:
    """A provider and a broker."""
    return Estate(shop)


def test_nothing_is_published_that_was_not_asked(estate: Estate) -> None:
    ran = estate.shop.run(*estate.source)
    assert ran.counts == "4 passed"
    assert NOTHING_ASKED in ran.text
    assert estate.results() == []


@pytest.mark.parametrize("processes", [(), ("-n", "2")])
def test_a_whole_run_is_published_once(estate: Estate, processes: tuple[str, ...]) -> None:
    plugins = ("xdist",) if processes else ()
    ran = estate.shop.run(*estate.source, *ASK, *processes, plugins=plugins)
    assert ran.code == 0, ran.text
    assert "PUBLISHED for orders 4f2c1ab:\n  web → orders kept: " in ran.text
    assert estate.results() == [("4f2c1ab", True)]


def test_a_contract_that_is_not_kept_is_published_so(estate: Estate) -> None:
    estate.shop.write("tests/conftest.py", CONFTEST.replace('{"total": total}', '{"total": 13}'))
    ran = estate.shop.run(*estate.source, *ASK)
    assert ran.code == 1
    assert "web → orders NOT KEPT: " in ran.text
    assert estate.results() == [("4f2c1ab", False)]


@pytest.mark.parametrize(
    ("chosen", "missing"),
    [(("-k", "created"), 2), (("--deselect", "troth::web → orders::an order was created"), 1), (("-x",), 2)],
)
def test_a_part_of_the_interactions_is_not_published(estate: Estate, chosen: tuple[str, ...], missing: int) -> None:
    if chosen == ("-x",):
        estate.publish(v4(http("first", "/orders/1", 201), NO_ORDER, CREATED), "2")
    ran = estate.shop.run(*estate.source, *ASK, *chosen)
    assert ran.code == 1
    assert f"NOT PUBLISHED for orders 4f2c1ab: {missing} of 3 interactions were not replayed to their end" in ran.text
    assert estate.results() == []


def test_what_a_plug_in_runs_again_counts_as_it_ended_last(estate: Estate) -> None:
    flaky = CONFTEST.replace('{"total": total}', '{"total": total if order_exists.__dict__.pop("again", 0) else 13}')
    again = """

order_exists.again = 0

def pytest_runtest_protocol(item, nextitem):
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if any(report.failed for report in reports):
        for report in reports:
            report.outcome = "rerun" if report.failed else report.outcome
            item.ihook.pytest_runtest_logreport(report=report)
        order_exists.again = 1
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True

def pytest_report_teststatus(report):
    return ("rerun", "R", "RERUN") if report.outcome == "rerun" else None
"""
    estate.shop.write("tests/conftest.py", f"from _pytest.runner import runtestprotocol\n{flaky}{again}")
    ran = estate.shop.run(*estate.source, *ASK)
    assert ran.counts == "4 passed, 1 rerun", ran.text
    assert "web → orders: 3 passed\n" in ran.text
    assert estate.results() == [("4f2c1ab", True)]


def test_a_wish_to_publish_is_not_met_by_a_run_without_contracts(estate: Estate) -> None:
    ran = estate.shop.run(*estate.source, *ASK, "-k", "test_unit")
    assert (ran.counts, ran.code) == ("1 passed, 3 deselected", 1)
    assert "NOT PUBLISHED: no interaction of any contract was replayed." in ran.text
    estate.shop.write("troth.toml", f'[verify]\nsource = "sqlite:///{estate.file}"\nprovider = "orders"\n')
    assert estate.shop.run(*ASK, "tests/test_unit.py").code == 1
    assert estate.shop.run("tests/test_unit.py").code == 0
    assert estate.results() == []


def test_what_could_not_be_judged_is_not_published(estate: Estate) -> None:
    estate.shop.write("tests/conftest.py", CONFTEST.replace("an order exists", "another state"))
    ran = estate.shop.run(*estate.source, *ASK)
    assert "NOT PUBLISHED for orders 4f2c1ab: 1 interaction could not be judged." in ran.text
    assert estate.results() == []


def test_what_could_not_be_judged_keeps_no_other_contract_from_being_published(estate: Estate) -> None:
    estate.publish_of("mobile", v4(CREATED))
    estate.shop.write("tests/conftest.py", CONFTEST.replace("an order exists", "another state"))
    ran = estate.shop.run(*estate.source, *ASK)
    assert ran.code == 1
    assert "PUBLISHED for orders 4f2c1ab:\n  mobile → orders kept: " in ran.text
    unjudged = "NOT PUBLISHED for orders 4f2c1ab, as it could not be judged as a whole:"
    assert f"{unjudged}\n  web → orders: 1 of 3 interactions could not be judged" in ran.text
    assert estate.results() == [("4f2c1ab", True)]


def test_a_process_that_is_lost_takes_its_results_along(estate: Estate) -> None:
    crash = CONFTEST.replace("def order_was_created():", "def order_was_created():\n    import os; os._exit(1)")
    estate.shop.write("tests/conftest.py", crash)
    ran = estate.shop.run(*estate.source, *ASK, "-n", "2", "--max-worker-restart", "0", plugins=("xdist",))
    assert ran.code == 1
    assert "interactions were not replayed to their end" in ran.text
    assert estate.results() == []


def test_files_have_nowhere_to_be_published_to(estate: Estate) -> None:
    ran = estate.shop.run("--troth", "pacts", *ASK)
    assert ran.code == 4
    assert "results can be published of a broker's contracts only, and " in ran.text


def test_settings_publish_where_a_variable_says_so(estate: Estate) -> None:
    settings = f'source = "sqlite:///{estate.file}"\nprovider = "orders"\npublish = "$ON_CI"\nbranch = "main"\n'
    estate.shop.write("pyproject.toml", f'[tool.troth]\n{settings}provider-version = "$COMMIT"\n')
    assert NOTHING_ASKED in estate.shop.run(ON_CI="false").text
    assert "PUBLISHED for orders abc:" in estate.shop.run(ON_CI="true", COMMIT="abc").text
    assert estate.results() == [("abc", True)]


def test_a_broker_that_is_gone_in_the_end_fails_the_run(estate: Estate) -> None:
    gone = """

def pytest_runtest_teardown(nextitem):
    if nextitem is None:
        with open("broker.db", "wb") as file:
            file.write(b"no database any more" * 1000)
"""
    estate.shop.write("tests/conftest.py", CONFTEST + gone)
    ran = estate.shop.run(*estate.source, *ASK)
    assert ran.code == 1
    assert "NOT PUBLISHED for orders 4f2c1ab, though that was asked:" in ran.text


def test_states_run_in_the_process_of_their_test(estate: Estate, tmp_path: Path) -> None:
    many = [{**ORDER, "description": f"order {number}"} for number in range(6)]
    estate.publish(v4(*many), "2")
    ran = estate.shop.run(*estate.source, "-n", "2", plugins=("xdist",))
    assert ran.counts == "7 passed"
    assert "web → orders: 6 passed" in ran.text


def test_what_a_broker_holds_and_nothing_installed_verifies_is_told(estate: Estate) -> None:
    estate.publish_schema()
    ran = estate.shop.run(*estate.source, *ASK)
    assert ran.code == 0, ran.text
    assert "NOT VERIFIED: " in ran.text
    assert estate.results() == [("4f2c1ab", True)]


@pytest.mark.parametrize("by_option", [False, True], ids=["settings", "option"])
def test_what_nobody_could_observe_is_skipped_and_the_rest_published(
    estate: Estate, redis_url: str, by_option: bool
) -> None:
    estate.publish(v4(ORDER), "2")
    estate.publish_commands()
    said = "redis://127.0.0.1:1" if by_option else redis_url
    estate.shop.write("troth.toml", f'[verify.urls]\nmessages = "{said}"\n')
    option = ("--troth-urls", f"messages={redis_url}") if by_option else ()
    listens = """

@provider_state("hear")
def hear(channel):
    from redis import Redis
    with Redis.from_url(URL) as client:
        client.xadd(channel, {"payload": "{}"})
"""
    estate.shop.write("tests/conftest.py", CONFTEST + listens.replace("URL", repr(redis_url)))
    ran = estate.shop.run(*estate.source, *ASK, *option, "-rs")
    assert ran.code == 0, ran.text
    assert ran.counts == "3 passed, 1 skipped"
    assert "Not replayed: the document describes no reply" in ran.text
    assert "1 passed, 1 skipped" in ran.text
    assert "PUBLISHED for orders 4f2c1ab:\n  web → orders (2) kept: " in ran.text
    assert "PUBLISHED for orders 4f2c1ab, which is no yes to the whole:\n  web → orders" in ran.text
    assert " replayed in part, 1 of 2: " in ran.text
    assert estate.results() == [("4f2c1ab", True)]
