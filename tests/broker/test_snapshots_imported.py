"""What a snapshot brings into a store: what is new there, and of what both know the newer."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.conftest import StartBroker
from tests.support import writing
from tests.support.brokers import Broker, in_thread
from tests.support.pacts import interaction, pact, put
from tests.support.pointers import pointer_differences
from tests.support.snapshots import everything, exported, imported
from troth_broker.store import tables
from troth_broker.store.engine import Store
from troth_broker.store.errors import BadFile


def test_an_empty_store_takes_a_snapshot_row_by_row(lived: Broker, other_url: str, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    done = imported(other_url, file)
    assert done.added
    assert (done.known, done.older, done.conflicts) == ({}, {}, ())
    assert everything(other_url) == everything(lived.database_url)
    assert pointer_differences(other_url) == ()
    with in_thread(other_url) as restored:
        assert writing.publish(restored.client, "new", "1", "billing", "x", "main", []).status_code == 200


def test_the_same_snapshot_again_adds_nothing(lived: Broker, other_url: str, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    imported(other_url, file)
    before = everything(other_url)
    again = imported(other_url, file)
    assert (again.added, again.older, again.conflicts) == ({}, {}, ())
    assert everything(other_url) == before


def test_a_store_and_its_own_snapshot_have_nothing_to_tell_each_other(lived: Broker, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    before = everything(lived.database_url)
    assert imported(lived.database_url, file).added == {}
    assert everything(lived.database_url) == before


def test_two_brokers_become_one(lived: Broker, other_url: str, start_broker: StartBroker, tmp_path: Path) -> None:
    other = start_broker(other_url)
    put(other, pact("web", "billing"), "1", branch="main")
    made = other.client.post("/environments", json={"name": "abroad", "production": True}).json()
    other.client.post(f"/pacticipants/web/versions/1/deployed-versions/environment/{made['uuid']}", json={})
    found = other.read("/pacts/provider/billing/consumer/web/latest")["_links"]["pb:publish-verification-results"]
    writing.verify(other.client, found["href"], "b-7", success=True)
    highest = _highest_result(lived.database_url)
    before = lived.read("/pacticipants")["_embedded"]["pacticipants"]

    done = imported(lived.database_url, exported(other_url, tmp_path / "snapshot.db"))

    assert done.added["publication"] == done.added["verification"] == done.added["deployment"] == 1
    assert not done.conflicts
    assert pointer_differences(lived.database_url) == ()
    assert _highest_result(lived.database_url) > highest  # numbers of results that were deleted are not given again
    names = {one["name"] for one in lived.read("/pacticipants")["_embedded"]["pacticipants"]}
    assert names == {one["name"] for one in before} | {"web", "billing"}
    gate = lived.read("/can-i-deploy?pacticipant=billing&version=b-7&environment=abroad")
    assert [row["consumer"]["name"] for row in gate["matrix"] if row["verificationResult"]] == ["web"]


def _highest_result(database_url: str) -> int:
    with contextlib.closing(Store(database_url)) as store:
        newest = select(func.coalesce(func.max(tables.verification.c.id), 0))
        return int(store.read(lambda db: db.execute(newest).scalar_one()))


def test_what_two_brokers_say_differently_is_told_and_stays_as_it_is_here(
    broker: Broker, other_url: str, start_broker: StartBroker, tmp_path: Path
) -> None:
    other = start_broker(other_url)
    for one, words in ((broker, "here"), (other, "there")):
        put(one, pact("shop", "billing", interaction(words)), "1")
        one.client.post("/environments", json={"name": "test", "production": False})
    mine = broker.read("/environments")["_embedded"]["environments"][0]["uuid"]

    done = imported(broker.database_url, exported(other_url, tmp_path / "snapshot.db"))

    told = {(conflict.what, conflict.name, conflict.outcome) for conflict in done.conflicts}
    assert told == {
        ("contract", "shop 1 billing", "differs here, and stays so"),
        ("environment", "test", "has another identifier here, and keeps it"),
    }
    kept = broker.read("/pacts/provider/billing/consumer/shop/version/1")["interactions"]
    assert [one["description"] for one in kept] == ["here"]
    assert [one["uuid"] for one in broker.read("/environments")["_embedded"]["environments"]] == [mine]
    assert pointer_differences(broker.database_url) == ()


def test_the_newer_of_two_facts_about_one_thing_counts(broker: Broker, other_url: str, tmp_path: Path) -> None:
    put(broker, pact("shop", "billing"), "1", branch="main")
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    results = broker.read("/pacts/provider/billing/consumer/shop/latest")["_links"]["pb:publish-verification-results"]
    at = "/pacticipants/shop/versions/{}/deployed-versions/environment/" + uuid

    def state(number: str, *, success: bool) -> None:
        writing.verify(broker.client, results["href"], "b", success=success)
        broker.client.put(f"/pacticipants/shop/branches/main/versions/{number}", json={}).raise_for_status()
        broker.client.post(at.format(number), json={}).raise_for_status()

    state("1", success=False)
    early = exported(broker.database_url, tmp_path / "early.db")
    state("2", success=True)
    late = exported(broker.database_url, tmp_path / "late.db")

    def now(url: str) -> tuple[Any, ...]:
        with in_thread(url) as one:
            gate = one.read("/can-i-deploy?pacticipant=billing&version=b&environment=test")
            running = one.read(f"/environments/{uuid}/deployed-versions/currently-deployed")["_embedded"]
            head = one.read("/pacticipants/shop/branches/main/latest-version")["number"]
            result = one.read("/pacts/provider/billing/consumer/shop/version/1/verification-results/latest")
            versions = [found["_embedded"]["version"]["number"] for found in running["deployedVersions"]]
            return gate["summary"]["deployable"], versions, head, result["success"]

    expected = now(broker.database_url)
    imported(other_url, early)
    done = imported(other_url, late)
    assert (done.added["verification"], done.added["deployment"], done.added["undeployment"]) == (1, 1, 1)
    assert now(other_url) == expected == (True, ["2"], "2", True)
    backwards = imported(broker.database_url, early)
    assert backwards.added == {}
    assert now(broker.database_url) == expected
    assert pointer_differences(other_url) == ()


def test_policies_of_environments_and_of_integrations_are_merged_and_the_newest_counts(
    broker: Broker, other_url: str, tmp_path: Path
) -> None:
    put(broker, pact("shop", "billing"), "1")
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    homes = ("/integrations/provider/billing/consumer/shop/policy", f"/environments/{uuid}/policy")

    def state(days: int) -> Path:
        for home in homes:
            broker.client.put(home, json={"max_age_days": days}).raise_for_status()
        return exported(broker.database_url, tmp_path / f"{days}.db")

    early, late = state(1), state(2)
    for file, added in ((early, 2), (early, None), (late, 2), (late, None), (early, None)):
        assert imported(other_url, file).added.get("policy") == added
    with in_thread(other_url) as other:
        assert [other.read(home)["policy"]["max_age_days"] for home in homes] == [2, 2]


def test_an_older_past_does_not_overtake_what_a_store_knows(
    broker: Broker, other_url: str, start_broker: StartBroker, tmp_path: Path
) -> None:
    other = start_broker(other_url)
    for one, success in ((other, False), (broker, True)):
        put(one, pact("shop", "billing"), "1", branch="main")
        results = one.read("/pacts/provider/billing/consumer/shop/latest")["_links"]["pb:publish-verification-results"]
        writing.verify(one.client, results["href"], "b", success=success)
    done = imported(broker.database_url, exported(other_url, tmp_path / "snapshot.db"))
    assert done.older["verification"] == 1
    latest = broker.read("/pacts/provider/billing/consumer/shop/version/1/verification-results/latest")
    assert latest["success"] is True
    assert pointer_differences(broker.database_url) == ()


def test_versions_that_come_in_after_younger_ones_are_listed(
    broker: Broker, other_url: str, start_broker: StartBroker, tmp_path: Path
) -> None:
    put(start_broker(other_url), pact("shop", "billing"), "1")
    put(broker, pact("shop", "billing"), "2")
    done = imported(broker.database_url, exported(other_url, tmp_path / "snapshot.db"))
    assert [(one.what, one.name, one.outcome) for one in done.conflicts] == [
        ("application", "shop", "1 of its versions that came in are older, and count as later")
    ]
    assert imported(broker.database_url, tmp_path / "snapshot.db").conflicts == ()


def test_a_trial_says_the_same_and_changes_nothing(lived: Broker, other_url: str, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    tried = imported(other_url, file, only_try=True)
    assert all(not rows for rows in everything(other_url).values())
    assert tried == imported(other_url, file)


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\0" + bytes(100), b"not a database at all"])
def test_only_a_snapshot_is_imported(content: bytes | None, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "some.db"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadFile, match="is no snapshot" if content is not None else "does not exist"):
        imported(sqlite_url, file)
