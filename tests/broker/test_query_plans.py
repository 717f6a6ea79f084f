"""No request reads a whole table that grows, and a longer list takes no more statements than a shorter one."""

import pytest
from sqlalchemy import UniqueConstraint, create_engine

from tests.support import writing
from tests.support.brokers import Broker
from tests.support.pacts import interaction, pact, put, verified, version_of
from tests.support.statements import caught, scans
from troth_broker.core.webhooks import EVENTS
from troth_broker.store.tables import metadata

ANY = {"Accept": "*/*"}
DOCUMENT = {"content": "b3BlbmFwaTogMy4xLjA=", "contractType": "oas", "verificationResults": {"content": "b2s="}}
"""What a provider says about itself."""


@pytest.fixture
def uuid(sqlite_broker: Broker) -> str:
    """An environment in a broker in which something of everything is recorded."""
    made = sqlite_broker.client.post("/environments", json={"name": "test", "production": False}).json()
    for number in ("1", "2", "3"):
        path = put(sqlite_broker, pact("shop", "billing", interaction(number)), number, branch="main", tags=["uat"])
        verified(sqlite_broker, path, f"b{number}", branch="main")
        for kind in ("deployed", "released"):
            at = f"/pacticipants/shop/versions/{number}/{kind}-versions/environment/{made['uuid']}"
            sqlite_broker.client.post(at, json={}).raise_for_status()
    sqlite_broker.client.put("/pacticipants/shop/labels/red", json={}).raise_for_status()
    for number in ("b1", "b2", "b3"):
        sqlite_broker.client.put(f"/contracts/provider/billing/version/{number}", json=DOCUMENT).raise_for_status()
    return str(made["uuid"])


READS = (
    "/pacticipants",
    "/pacticipants?q=sho&page=1&size=2",
    "/pacticipants/label/red?page=1",
    "/pacticipants/shop",
    "/pacticipants/shop/labels/red",
    "/labels",
    "/pacticipants/shop/versions",
    "/pacticipants/shop/versions?page=2&size=1",
    "/pacticipants/shop/versions/2",
    "/pacticipants/shop/latest-version",
    "/pacticipants/shop/latest-version/uat",
    "/pacticipants/shop/tags/uat/versions?size=1",
    "/pacticipants/shop/versions/2/tags/uat",
    "/pacticipants/shop/branches",
    "/pacticipants/shop/branches?q=ma",
    "/pacticipants/shop/branches/main",
    "/pacticipants/shop/branches/main/latest-version",
    "/pacticipants/shop/branches/main/versions?size=1",
    "/pacticipants/shop/branches/main/versions/2",
    "/pacticipants/shop/environments/{uuid}/versions?size=1",
    "/pacticipants/shop/deployed-or-released/versions",
    "/environments",
    "/environments/{uuid}/deployed-versions/currently-deployed",
    "/environments/{uuid}/deployed-versions/currently-deployed?pacticipant=shop&applicationInstance=",
    "/environments/{uuid}/released-versions/currently-supported?pacticipant=shop&version=2",
    "/pacticipants/shop/versions/2/deployed-versions/environment/{uuid}",
    "/pacticipants/shop/versions/2/released-versions/environment/{uuid}",
    "/pacts/provider/billing/consumer/shop/version/3/previous-distinct",
    "/pacts/provider/billing/consumer/shop/version/3/diff/version/1",
    "/contracts/provider/billing?size=1",
    "/contracts/provider/billing/version/b2",
    "/integrations?size=1",
    "/integrations?q=bil",
)


def test_every_read_uses_an_index(sqlite_broker: Broker, uuid: str) -> None:
    engine = create_engine(sqlite_broker.database_url)
    for path in READS:
        with caught() as statements:
            sqlite_broker.read(path.format(uuid=uuid))
        assert statements, path
        assert scans(engine, statements) == [], path


def test_publishing_on_a_branch_uses_an_index(sqlite_broker: Broker, uuid: str) -> None:
    with caught() as statements:
        answer = writing.publish(sqlite_broker.client, "shop", "9", "billing", "new", "main", ())
    assert answer.status_code == 200
    assert "on the branch main" in answer.text
    assert scans(create_engine(sqlite_broker.database_url), statements) == []


def test_writes_and_deletes_use_an_index(sqlite_broker: Broker, uuid: str) -> None:
    client = sqlite_broker.client
    deployed = sqlite_broker.read("/pacticipants/shop")["_links"]["pb:deployed-environments"][0]["href"]
    released = sqlite_broker.read("/pacticipants/shop/versions/1")["_links"]["pb:released-environments"][0]["href"]
    with caught() as statements:
        answers = [
            client.put("/pacticipants/shop/versions/4", json={"buildUrl": "x"}),
            client.put("/pacticipants/shop/branches/main/versions/4", json={}),
            client.put("/pacticipants/shop/versions/4/tags/test", json={}),
            client.patch("/pacticipants/shop", json={"mainBranch": "x"}),
            client.post(f"/pacticipants/shop/versions/2/deployed-versions/environment/{uuid}", json={}),
            writing.end(client, "deployed", deployed),
            writing.end(client, "released", released),
            client.put("/contracts/provider/billing/version/b2", json={**DOCUMENT, "contentType": "text/yaml"}),
            client.delete("/contracts/provider/billing/version/b3"),
            client.delete("/pacticipants/shop/versions/4/tags/test"),
            client.delete("/pacticipants/shop/branches/main/versions/4"),
            client.delete("/pacticipants/shop/versions/2"),
            client.delete("/pacticipants/billing/versions/b1"),
            client.delete("/pacticipants/shop/branches/main"),
            client.delete("/pacticipants/billing/branches"),
            client.delete("/integrations/provider/billing/consumer/shop", headers=ANY),
            client.delete(f"/environments/{uuid}"),
        ]
    assert [answer.status_code for answer in answers if not answer.is_success] == []
    assert scans(create_engine(sqlite_broker.database_url), statements) == []


def test_webhooks_and_what_they_do_are_found_by_an_index(sqlite_broker: Broker, uuid: str) -> None:
    client, pair = sqlite_broker.client, "/pacts/provider/billing/consumer/shop"
    client.put("/pacticipants/billing/labels/core", json={}).raise_for_status()
    events = [{"name": name} for name in EVENTS]
    request = {"method": "POST", "url": "https://example.org/${pactbroker.currentlyDeployedProviderVersionNumber}"}
    for party in ({"name": "billing"}, {"label": "core"}, None):
        body = {"provider": party, "events": events, "request": request}
        hook = client.post("/webhooks", json=body).headers["location"]
    put(sqlite_broker, pact("shop", "billing", interaction("more")), "9", branch="main")
    verified(sqlite_broker, f"{pair}/version/9", "b9")
    calls = sqlite_broker.read(f"{pair}/version/9/triggered-webhooks")["_embedded"]["triggeredWebhooks"]
    result = sqlite_broker.read(f"{pair}/version/9")["_links"]["pb:latest-verification-results"]["href"]
    with caught() as statements:
        put(sqlite_broker, pact("shop", "billing", interaction("most")), "10", branch="main")
        verified(sqlite_broker, f"{pair}/version/10", "b9")
        answers = [
            client.get(f"{pair}/version/9/triggered-webhooks"),
            client.get(f"{client.get(result).json()['_links']['self']['href']}/triggered-webhooks"),
            client.get(f"{pair}/webhooks/status"),
            client.get(f"{pair}/webhooks"),
            client.get("/webhooks/consumer/shop"),
            client.get("/webhooks/provider/billing"),
            client.get(calls[0]["_links"]["pb:logs"]["href"]),
            client.get(hook),
            client.put(hook, json=body),
            client.delete(hook),
            client.delete(f"{pair}/version/10", headers=ANY),
            client.delete("/pacticipants/billing"),
        ]
    assert calls
    assert [answer.status_code for answer in answers if not answer.is_success] == []
    assert scans(create_engine(sqlite_broker.database_url), statements) == []


def test_longer_lists_take_no_more_statements(sqlite_broker: Broker, uuid: str) -> None:
    lists = ("/pacticipants/shop/versions", "/pacticipants", "/pacticipants/shop/branches", "/integrations")

    def counts() -> dict[str, int]:
        found = {}
        for path in lists:
            with caught() as statements:
                sqlite_broker.read(path)
            found[path] = len(statements)
        return found

    few = counts()
    for number in range(12):
        version_of(sqlite_broker, "shop", f"9.{number}", branch=f"b{number}", tags=["uat", "dev"])
        put(sqlite_broker, pact(f"app {number}", "billing"), "1", branch="main")
    assert counts() == few


def test_a_scan_would_be_seen(sqlite_broker: Broker) -> None:
    engine = create_engine(sqlite_broker.database_url)
    for statement in ("SELECT number FROM version AS v WHERE build_url = 'x'", "SELECT build_url FROM version"):
        assert len(scans(engine, [(statement, ())])) == 1


def test_what_points_to_a_row_is_found_by_an_index_when_the_row_goes() -> None:
    for table in metadata.tables.values():
        leading = {table.primary_key.columns.keys()[0]}
        leading |= {index.columns.keys()[0] for index in table.indexes}
        leading |= {each.columns.keys()[0] for each in table.constraints if isinstance(each, UniqueConstraint)}
        leading |= {column.name for column in table.columns if column.unique or column.index}
        pointing = {column.name for column in table.columns if column.foreign_keys}
        assert pointing <= leading, table.name
