"""What happens to real processes: killed while they publish, their database gone, their disk full.

Nothing that was acknowledged is lost, nothing is there by half, and nobody is told "yes" meanwhile.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from sqlalchemy import func, select

from tests.support import writing
from tests.support.cli import troth
from tests.support.disks import small_disk
from tests.support.pointers import pointer_differences
from tests.support.postgres import Stoppable, own_server
from tests.support.servers import running
from tests.support.services import Missing, skip_or_fail
from tests.support.waiting import until
from troth_broker.store import tables
from troth_broker.store.engine import Store

PUBLISHERS = 8
KILLS = 3
ENOUGH = 40


def _client(url: str) -> httpx.Client:
    return httpx.Client(
        base_url=url, headers={"Accept": "application/hal+json"}, timeout=100, trust_env=False, verify=False
    )


class Publishers:
    """Many pipelines that publish to one address, one version after the other, until they are told to stop."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self.acknowledged: set[str] = set()
        self.statuses: Counter[int | str] = Counter()
        self._over = threading.Event()

    @contextlib.contextmanager
    def at_work(self) -> Iterator["Publishers"]:
        """Publish for as long as the block lasts."""
        with ThreadPoolExecutor(PUBLISHERS) as threads:
            done = [threads.submit(self._publish, number) for number in range(PUBLISHERS)]
            try:
                yield self
            finally:
                self._over.set()
            for one in done:
                one.result()

    def _publish(self, number: int) -> None:
        with _client(self.url) as client:
            count = 0
            while not self._over.is_set():
                count += 1
                version = f"{self.name}.{number}.{count}"
                try:
                    answer = writing.publish(client, "shop", version, "billing", version, "main", ["dev"])
                except httpx.TransportError as error:
                    self.statuses[type(error).__name__] += 1
                    self._over.wait(0.01)
                    continue
                self.statuses[answer.status_code] += 1
                if answer.is_success:
                    self.acknowledged.add(version)


_VERSIONS = (
    select(tables.version.c.number)
    .join(tables.application, tables.application.c.id == tables.version.c.application_id)
    .where(tables.application.c.name == "shop")
)


def _is_whole(url: str, acknowledged: set[str]) -> None:
    """Everything acknowledged is there, and every version that is there has all that came with it."""
    with contextlib.closing(Store(url)) as store:
        stored = store.read(lambda db: set(db.execute(_VERSIONS).scalars()))
        counts = store.read(
            lambda db: {
                table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.publication, tables.current_publication, tables.branch_version, tables.tag)
            }
        )
    assert acknowledged <= stored
    assert set(counts.values()) == {len(stored)}, counts
    assert pointer_differences(url) == ()


def test_a_server_killed_while_many_publish_has_kept_all_that_it_acknowledged(
    database_url: str, tmp_path: Path
) -> None:
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        with (
            running("serve", "-d", database_url, "--port", "0", folder=tmp_path) as server,
            Publishers(server.url, str(kill)).at_work() as publishers,
        ):
            until(_has(publishers, ENOUGH), what=f"{ENOUGH} publications")
            server.kill()
        acknowledged |= publishers.acknowledged
        assert set(publishers.statuses) & {200, 201}
        assert not [status for status in publishers.statuses if isinstance(status, int) and status >= 400]
    with running("serve", "-d", database_url, "--port", "0", folder=tmp_path) as server, _client(server.url) as client:
        for version in sorted(acknowledged):
            found = client.get(f"/pacts/provider/billing/consumer/shop/version/{version}")
            assert found.json()["interactions"][0]["description"] == version
    _is_whole(database_url, acknowledged)


def _has(publishers: Publishers, many: int) -> Callable[[], bool]:
    return lambda: len(publishers.acknowledged) >= many


def test_two_jobs_that_publish_the_same_version_through_two_servers_agree(database_url: str, tmp_path: Path) -> None:
    serve = ("serve", "-d", database_url, "--port", "0")
    together = threading.Barrier(PUBLISHERS)

    def publish(number: int) -> list[int]:
        with _client(servers[number % 2].url) as client:
            found = []
            for version in range(10):
                together.wait(60)
                content = f"{version} by job {number % 2}"
                found.append(
                    writing.publish(client, "shop", str(version), "billing", content, "main", ["dev"]).status_code
                )
        return found

    with running(*serve, folder=tmp_path) as first, running(*serve, folder=tmp_path) as second:
        servers = (first, second)
        assert first.url
        assert second.url
        with ThreadPoolExecutor(PUBLISHERS) as threads:
            answers = list(threads.map(publish, range(PUBLISHERS)))
    for version in range(10):
        told = [{answers[number][version] for number in range(PUBLISHERS) if number % 2 == job} for job in (0, 1)]
        assert sorted(map(sorted, told)) == [[200], [409]]  # one job's content stays, for all who sent it
    _is_whole(database_url, {str(version) for version in range(10)})


def test_a_database_that_goes_away_and_comes_back_costs_nothing_but_time(tmp_path: Path) -> None:
    try:
        with own_server() as database:
            _goes_away_and_comes_back(database, tmp_path)
    except Missing as missing:
        skip_or_fail(missing)


def _goes_away_and_comes_back(database: Stoppable, folder: Path) -> None:
    ask = ("can-i-deploy", "--pacticipant", "shop", "--version", "first", "--broker")
    with (
        running("serve", "-d", database.url, "--port", "0", folder=folder) as server,
        _client(server.url) as client,
        Publishers(server.url, "1").at_work() as publishers,
    ):
        assert writing.publish(client, "shop", "first", "billing", "first", "main", ["dev"]).is_success
        address = writing.results_address(client, "shop", "first", "billing")
        assert address
        assert writing.verify(client, address, "9", success=True).is_success
        troth(*ask, server.url, code=0)
        until(_has(publishers, ENOUGH), what=f"{ENOUGH} publications")

        database.stop()
        until(lambda: client.get("/ready").status_code == 503, what="readiness saying no")
        assert client.get("/diagnostic/status/heartbeat").status_code == 200
        question = "/can-i-deploy?pacticipant=shop&version=first&to=dev"
        assert {client.get(path).status_code for path in (question, "/pacticipants", "/metrics")} == {503}
        away = troth(*ask, server.url, code=3)
        assert "503" in away.err
        assert "YES" not in away.said
        kept = len(publishers.acknowledged)
        refused = publishers.statuses[503]
        until(lambda: publishers.statuses[503] >= refused + PUBLISHERS, what="publications being refused")
        assert len(publishers.acknowledged) <= kept + PUBLISHERS

        database.start()
        until(lambda: client.get("/ready").status_code == 200, what="readiness saying yes again")
        troth(*ask, server.url, code=0)
        before = len(publishers.acknowledged)
        until(lambda: len(publishers.acknowledged) >= before + ENOUGH, what=f"{ENOUGH} more publications")
    assert {status for status in publishers.statuses if isinstance(status, int)} <= {200, 503}
    _is_whole(database.url, publishers.acknowledged | {"first"})


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk", megabytes=8) as disk:
            _fills_up(disk, f"sqlite:///{disk}/troth.db", tmp_path)
    except Missing as missing:
        skip_or_fail(missing)


def _fills_up(disk: Path, url: str, folder: Path) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(3 * 1024 * 1024))
    with running("serve", "-d", url, "--port", "0", folder=folder) as server, _client(server.url) as client:
        acknowledged = set[str]()
        refused = None
        while refused is None:
            version = str(len(acknowledged))
            answer = writing.publish(client, "shop", version, "billing", version + "x" * 50_000, "main", ["dev"])
            if answer.is_success:
                acknowledged.add(version)
            else:
                refused = answer
        assert refused.status_code == 507
        assert "disk of the broker's store is full" in refused.json()["error"]["message"]
        until(lambda: "disk is full" in server.said, what="the log of it")
        answer = client.get(f"/pacts/provider/billing/consumer/shop/version/{len(acknowledged) - 1}")
        assert answer.status_code == 200  # reading goes on
        missing = client.get(f"/pacts/provider/billing/consumer/shop/version/{len(acknowledged)}")
        assert missing.status_code == 404  # and finds nothing of what was refused

        ballast.unlink()
        version = str(len(acknowledged))
        assert writing.publish(client, "shop", version, "billing", version, "main", ["dev"]).is_success
        acknowledged.add(version)
    _is_whole(url, acknowledged)
