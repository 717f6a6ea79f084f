"""The public client against a running broker, on SQLite and on PostgreSQL, and in-process."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

import troth_broker.client as face
from tests.support import brokers
from troth_broker.client import (
    BadAddress,
    Broker,
    BrokerUnreachable,
    Conflict,
    Invalid,
    NotABroker,
    NotFound,
    PactFile,
    Published,
)
from troth_broker.client.address import parse

T = TypeVar("T")


def ask(url: str, work: Callable[[Broker], Awaitable[T]]) -> T:
    async def go() -> T:
        async with Broker(url, retries=0) as broker:
            return await work(broker)

    return asyncio.run(go())


def pact(consumer: str = "web", provider: str = "orders", path: str = "/orders/42") -> PactFile:
    interaction = {"description": path, "request": {"method": "GET", "path": path}, "response": {"status": 200}}
    document = {"consumer": {"name": consumer}, "provider": {"name": provider}, "interactions": [interaction]}
    return PactFile(consumer, provider, json.dumps(document).encode())


async def publish(broker: Broker, version: str = "1", **more: Any) -> tuple[Published, ...]:
    return await broker.publish([more.pop("pact", pact())], version=version, branch="main", **more)


def test_a_pact_is_published_with_its_version_branch_tags_and_build(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        [answer] = await publish(client, tags=["prod", "eu west"], build_url="https://ci.example/1")
        return answer, await client.version("web", "1")

    answer, version = ask(broker.url, work)
    assert any(notice.type == "success" for notice in answer.notices)
    assert (version.branches, sorted(version.tags), version.build_url) == (
        ("main",),
        ["eu west", "prod"],
        "https://ci.example/1",
    )


def test_pacts_of_several_consumers_are_published_each_in_its_own_name(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        answers = await client.publish([pact("web"), pact("app"), pact("web", "billing")], version="7")
        return len(answers), [item.name for item in await client.applications()]

    assert ask(broker.url, work) == (2, ["app", "billing", "orders", "web"])


def test_other_content_for_the_same_version_is_a_conflict_and_merging_is_not(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        await publish(client)
        with pytest.raises(Conflict) as refused:
            await publish(client, pact=pact(path="/other"))
        await publish(client, pact=pact(path="/other"), merge=True)
        [link] = await client.pacts_for_verification("orders")
        return str(refused.value), json.loads((await client.pact(link.url)).content)

    refused, merged = ask(broker.url, work)
    assert "web" in refused
    assert [item["description"] for item in merged["interactions"]] == ["/orders/42", "/other"]


def test_a_provider_is_handed_the_pacts_and_publishes_how_it_did(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        await publish(client)
        [link] = await client.pacts_for_verification(
            "orders",
            consumer_version_selectors=[{"mainBranch": True}],
            provider_branch="main",
            include_pending=True,
            include_wip_since="2020-01-01",
        )
        found = await client.pact(link.url)
        where = await client.publish_results(
            found,
            provider_version="2.0",
            success=True,
            branch="main",
            tags=["prod"],
            test_results=[{"interactionDescription": "/orders/42", "success": True, "mismatches": []}],
            build_url="https://ci.example/2",
            verified_by={"implementation": "test"},
        )
        return link, found, where, await client.version("orders", "2.0")

    link, found, where, version = ask(broker.url, work)
    assert (link.pending, link.wip, found.consumer, found.provider) == (True, False, "web", "orders")
    assert "main branch" in link.short_description
    assert {notice.type for notice in link.notices} >= {"before_verification"}
    assert where.startswith(f"{broker.url}/pacts/provider/orders/consumer/web/pact-version/")
    assert (version.branches, version.tags) == (("main",), ("prod",))


def test_an_unknown_provider_has_no_pacts_and_says_so(broker: brokers.Broker) -> None:
    with pytest.raises(NotFound):
        ask(broker.url, lambda client: client.pacts_for_verification("nobody"))


def test_environments_are_created_changed_found_and_deleted(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        made = await client.create_environment("test", display_name="Test", contacts=[("Ann", "ann@example.org")])
        changed = await client.update_environment(made.uuid, production=True)
        named = await client.environment_named("test")
        same = await client.environment(made.uuid)
        listed = await client.environments()
        await client.delete_environment(made.uuid)
        return made, changed, named, same, listed, await client.environments()

    made, changed, named, same, listed, after = ask(broker.url, work)
    assert (made.production, changed.production, changed.display_name) == (False, True, "Test")
    assert changed.contacts == (("Ann", "emailAddress: ann@example.org"),)
    assert changed == named == same == listed[0]
    assert after == ()


def test_a_deployment_takes_the_place_of_the_one_before_it_instance_by_instance(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        await client.create_environment("prod")
        for number in ("1", "2"):
            await publish(client, number)
        await client.record_deployment("web", "1", "prod")
        blue = await client.record_deployment("web", "1", "prod", instance="blue")
        await client.record_deployment("web", "2", "prod")
        [gone] = await client.record_undeployment("web", "prod")
        return blue, gone

    blue, gone = ask(broker.url, work)
    assert (blue.application, blue.version, blue.environment, blue.instance, blue.current) == (
        "web",
        "1",
        "prod",
        "blue",
        True,
    )
    assert (gone.version, gone.current) == ("2", False)


@pytest.mark.parametrize(
    ("instance", "deployed_as", "said"),
    [
        (None, "blue", "without an application instance, so nothing was recorded; it runs there as blue"),
        ("green", None, "as green, so nothing was recorded; it runs there without one"),
    ],
)
def test_the_end_of_a_deployment_that_is_not_there_is_refused_with_what_is(
    sqlite_broker: brokers.Broker, instance: str | None, deployed_as: str | None, said: str
) -> None:
    async def work(client: Broker) -> None:
        await client.create_environment("prod")
        await publish(client)
        await client.record_deployment("web", "1", "prod", instance=deployed_as)
        with pytest.raises(NotFound, match=said):
            await client.record_undeployment("web", "prod", instance=instance)

    ask(sqlite_broker.url, work)


def test_a_deployment_of_an_unknown_version_is_refused_with_a_reason_and_invents_nothing(
    broker: brokers.Broker,
) -> None:
    async def work(client: Broker) -> None:
        await client.create_environment("prod")
        await publish(client)
        with pytest.raises(NotFound, match="knows no version 99 of web, so nothing was recorded"):
            await client.record_deployment("web", "99", "prod")
        with pytest.raises(NotFound):
            await client.version("web", "99")
        with pytest.raises(NotFound, match="no environment test: the broker knows prod"):
            await client.record_deployment("web", "1", "test")

    ask(broker.url, work)


def test_releases_stand_beside_each_other_until_their_support_ends(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        await client.create_environment("store")
        for number in ("1", "2"):
            await publish(client, number)
            await client.record_release("web", number, "store")
        [ended] = await client.record_support_ended("web", "1", "store")
        with pytest.raises(NotFound, match="version 1 of web is not released in store"):
            await client.record_support_ended("web", "1", "store")
        return ended

    ended = ask(broker.url, work)
    assert (ended.version, ended.current) == ("1", False)


def test_applications_are_created_changed_and_described(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        await client.create_or_update_application("web", main_branch="trunk")
        await client.create_or_update_application("web", repository_url="https://git.example/web")
        return await client.application("web")

    found = ask(broker.url, work)
    assert (found.name, found.main_branch, found.repository_url) == ("web", "trunk", "https://git.example/web")


def test_versions_get_branches_and_tags_and_the_newest_is_found(broker: brokers.Broker) -> None:
    async def work(client: Broker) -> Any:
        bare = await client.create_or_update_version("web", "1")
        await client.create_or_update_version("web", "2", branch="feat/x", tags=["a"])
        await client.tag_version("web", "1", ["a/b"])
        with pytest.raises(NotFound):
            await client.tag_version("web", "3", ["x"])
        await client.tag_version("web", "3", ["x"], create_version=True)
        return bare, await client.latest_version("web"), await client.latest_version("web", "a/b")

    bare, latest, tagged = ask(broker.url, work)
    assert bare.branches == bare.tags == ()
    assert (latest.number, latest.tags) == ("3", ("x",))
    assert (tagged.number, tagged.tags) == ("1", ("a/b",))


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_lead_elsewhere_is_refused(sqlite_broker: brokers.Broker, name: str) -> None:
    async def work(client: Broker) -> None:
        await publish(client)
        with pytest.raises(Invalid, match="cannot be the name of anything"):
            await client.delete_version("web", name)
        await client.application("web")

    ask(sqlite_broker.url, work)


@pytest.mark.parametrize("name", ["a/b", "sp ace", "ü", "50%", "a?b#c", "...", "{x}"])
def test_a_name_may_hold_anything_that_a_line_can(sqlite_broker: brokers.Broker, name: str) -> None:
    async def work(client: Broker) -> str:
        await client.create_or_update_version(name, name, branch=name)
        return (await client.version(name, name)).branches[0]

    assert ask(sqlite_broker.url, work) == name


def test_a_rule_that_a_request_breaks_is_told_in_the_brokers_words(sqlite_broker: brokers.Broker) -> None:
    with pytest.raises(Invalid) as refused:
        ask(sqlite_broker.url, lambda client: client.create_environment("two words"))
    assert refused.value.problems
    assert "name" in str(refused.value)


def test_a_file_is_served_in_this_process_by_the_same_application(tmp_path: Path) -> None:
    file = tmp_path / "troth.db"

    async def work(client: Broker) -> Any:
        await publish(client)
        return [item.name for item in await client.applications()]

    for address in (str(file), f"sqlite:///{file}"):
        assert ask(address, work) == ["orders", "web"]


def test_a_postgresql_database_is_served_in_this_process_too(postgres_databases: Any) -> None:
    with postgres_databases.migrated() as url:
        shown = parse(url).shown
        assert shown.startswith("postgresql://")
        assert "@" not in shown
        assert ask(url, lambda client: client.environments()) == ()


def test_a_file_that_is_no_store_is_told_as_one(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("these are my notes, not a database, and they are long enough to look like one")
    with pytest.raises(BrokerUnreachable, match=r"notes\.db"):
        Broker(str(file))


def test_a_setting_that_makes_no_sense_is_told_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROTH_DATABASE_MAX_CONNECTIONS", "many")
    with pytest.raises(BadAddress, match="TROTH_DATABASE_MAX_CONNECTIONS is 'many'"):
        Broker(str(tmp_path / "troth.db"))
    monkeypatch.undo()
    with pytest.raises(BadAddress, match="wrong"):
        Broker("sqlite+wrong:///troth.db")
    assert list(tmp_path.iterdir()) == []


def test_a_broker_answers_though_the_environment_says_where_clients_find_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACT_BROKER_BASE_URL", str(tmp_path / "troth.db"))
    assert ask(str(tmp_path / "troth.db"), lambda client: client.environments()) == ()


def test_every_request_can_be_watched(sqlite_broker: brokers.Broker) -> None:
    seen: list[str] = []

    async def go() -> None:
        async with Broker(sqlite_broker.url, trace=seen.append) as client:
            await client.environments()

    asyncio.run(go())
    assert seen == [f"GET {sqlite_broker.url} → 200", f"GET {sqlite_broker.url}/environments → 200"]


def test_a_pact_without_a_place_for_results_takes_none(sqlite_broker: brokers.Broker) -> None:
    async def work(client: Broker) -> None:
        await publish(client)
        [link] = await client.pacts_for_verification("orders")
        found = await client.pact(link.url)
        bare = face.Pact(found.consumer, found.provider, None, found.url, None, b"", {})
        with pytest.raises(NotABroker, match="no link to publish results to"):
            await client.publish_results(bare, provider_version="1", success=True)

    ask(sqlite_broker.url, work)


def test_the_public_face_is_sorted_and_complete() -> None:
    assert face.__all__ == sorted(face.__all__)
    assert all(hasattr(face, name) for name in face.__all__)


def test_a_pact_names_the_version_that_it_was_handed_out_for_not_a_newer_one_of_the_same_content(
    sqlite_broker: brokers.Broker,
) -> None:
    async def work(client: Broker) -> tuple[str | None, str | None]:
        await publish(client, "1")
        await client.publish([pact()], version="2", branch="topic")
        [link] = await client.pacts_for_verification("orders", consumer_version_selectors=[{"mainBranch": True}])
        plain = f"{sqlite_broker.url}/pacts/provider/orders/consumer/web/latest"
        return (await client.pact(link.url)).consumer_version, (await client.pact(plain)).consumer_version

    assert ask(sqlite_broker.url, work) == ("1", "2")
