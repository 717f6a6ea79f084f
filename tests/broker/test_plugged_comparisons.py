"""What a plug-in compares, in a broker: judged, kept by the number of its checker, told when it fails, never a yes."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.broker.test_comparing_again import deploy, environment, gate
from tests.support.brokers import Broker, in_process
from tests.support.cli import troth
from tests.support.plugging import install_example
from tests.support.waiting import until
from troth_schemas.report import CHECKER

OFFERS = "orders offers\nGET /orders/{id} -> 200\n"
WEB = "web relies on orders\nGET /orders/1 -> 200\n"
CONSUMER = ("--role", "consumer", "--consumer", "web", "--provider", "orders")
PROVIDER = ("--role", "provider", "--provider", "orders")

Publish = Callable[..., str]
Start = Callable[[], AbstractContextManager[Broker]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example plug-in, installed."""
    folder = tmp_path_factory.mktemp("built")
    install_example(folder)
    return folder


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    """The same for one test, which may change it."""
    return Path(shutil.copytree(built, tmp_path / "site"))


@pytest.fixture
def start(site: Path, sqlite_url: str) -> Start:
    """Start a broker beside the plug-in as it is now."""
    return lambda: in_process(sqlite_url, environment={"PYTHONPATH": str(site)})


@pytest.fixture
def publish(built: Path, tmp_path: Path) -> Publish:
    """Publish lines, beside the plug-in as it should be."""

    def run(broker: Broker, content: str, version: str, who: tuple[str, ...], code: int = 0) -> str:
        (tmp_path / "lines.txt").write_text(content)
        command = ("publish", "lines.txt", "-a", version, "-b", broker.url, *who)
        return troth(*command, folder=tmp_path, environment={"PYTHONPATH": str(built)}, code=code).said

    return run


def change(site: Path, module: str, old: str, new: str) -> None:
    file = site / "troth_lines" / f"{module}.py"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def evidence(broker: Broker) -> dict[str, Any]:
    (found,) = gate(broker, "web", "1")["troth"]["evidence"]
    assert isinstance(found, dict)
    return found


def test_a_new_number_of_its_checker_has_comparisons_made_anew(site: Path, start: Start, publish: Publish) -> None:
    with start() as broker:
        deploy_to = environment(broker, {})
        publish(broker, OFFERS, "5", PROVIDER)
        deploy(broker, deploy_to, "5")
        publish(broker, f"{WEB}GET /orders/2 -> 404\n", "1", CONSUMER)
        found = evidence(broker)
        assert (found["success"], found["checker"]) == (False, f"{CHECKER.version}+lines.offers.1")
        page = broker.client.get(found["url"], headers={"Accept": "text/html"}).text
        assert "lines-offers/status-not-offered" in page
        assert broker.client.post("/comparisons/recompare", json={}).json()["queued"] == 0
    change(site, "pairs", 'checker="1"', 'checker="2"')
    with start() as broker:
        assert evidence(broker)["checker"] == f"{CHECKER.version}+lines.offers.1"
        assert broker.client.post("/comparisons/recompare", json={}).json()["queued"] == 1
        until(lambda: evidence(broker)["checker"] == f"{CHECKER.version}+lines.offers.2", what="the new checker's word")
        assert broker.client.post("/comparisons/recompare", json={}).json()["queued"] == 0


def test_one_that_fails_is_named_and_mended_it_is_asked_again(site: Path, start: Start, publish: Publish) -> None:
    change(site, "pairs", "    findings = [", "    raise ValueError('the moon is full')\n    findings = [")
    with start() as broker:
        deploy_to = environment(broker, {})
        publish(broker, OFFERS, "5", PROVIDER)
        deploy(broker, deploy_to, "5")
        publish(broker, WEB, "1", CONSUMER)
        found = evidence(broker)
        why = "The plug-in lines.offers of troth-lines 0.1.0 failed in `judge`: ValueError: the moon is full."
        assert (found["success"], found["error"]) == (None, why)
        assert gate(broker, "web", "1")["troth"]["class"] == "errored"
    change(site, "pairs", "    raise ValueError('the moon is full')\n", "")
    with start() as broker:
        broker.client.post("/comparisons/recompare", json={}).raise_for_status()
        assert gate(broker, "web", "1")["deployable"] is True


@pytest.mark.parametrize("broken", ["troth_lines/format.py", "troth_lines/pairs.py"])
def test_one_that_does_not_load_any_more_keeps_nothing_from_being_answered(
    broken: str, site: Path, start: Start, publish: Publish
) -> None:
    with start() as broker:
        deploy_to = environment(broker, {"needs": ["replay"], "not_covered": "allows"})
        publish(broker, OFFERS, "5", PROVIDER)
        deploy(broker, deploy_to, "5")
        publish(broker, WEB, "1", CONSUMER)
        assert (evidence(broker)["success"], gate(broker, "web", "1")["deployable"]) == (True, None)
    (site / broken).write_text("raise RuntimeError('the moon is full')\n")
    with start() as broker:
        summary = gate(broker, "web", "1")
        assert (summary["deployable"], summary["troth"]["class"]) == (None, "nobody-asked")
        refused = publish(broker, f"{WEB}GET /orders/3 -> 200\n", "2", CONSUMER, code=2 if "format" in broken else 0)
        assert ("does not load: RuntimeError: the moon is full" in refused) is ("format" in broken)
        if "pairs" in broken:
            found = broker.read("/can-i-deploy?pacticipant=web&version=2&environment=live")["summary"]["troth"]
            assert "troth_lines.pairs:lines_offers does not load: RuntimeError" in found["evidence"][0]["error"]


def test_what_a_provider_owes_to_its_versions_that_run_is_its_formats_to_say(
    site: Path, start: Start, publish: Publish
) -> None:
    with start() as broker:
        deploy_to = environment(broker, {"evolution": "FULL"})
        publish(broker, OFFERS, "5", PROVIDER)
        deploy(broker, deploy_to, "5")
        publish(broker, OFFERS.replace("200", "201"), "6", PROVIDER)
        (step,) = gate(broker, "orders", "6")["troth"]["evolution"]
        assert (step["success"], step["checkers"]) == (False, [f"{CHECKER.version}+offers.1"])
    change(site, "format", "recognises=are_offers", 'recognises=are_offers, checker="2"')
    with start() as broker:
        assert broker.client.post("/comparisons/recompare", json={}).json()["evolutions"] == 2
        until(
            lambda: gate(broker, "orders", "6")["troth"]["evolution"][0]["checkers"] == [f"{CHECKER.version}+offers.2"],
            what="the new checker's word",
        )
