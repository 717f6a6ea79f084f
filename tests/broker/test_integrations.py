"""Integrations over HTTP."""

from tests.broker import test_contracts, test_expectations
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import interaction, pact, put, verified, version_of
from tests.support.pointers import pointer_differences

ANY = {"Accept": "*/*"}


def _pairs(broker: Broker, query: str = "") -> list[tuple[str, str]]:
    found = broker.read(f"/integrations{query}")["_embedded"]["integrations"]
    return [(each["consumer"]["name"], each["provider"]["name"]) for each in found]


def test_integrations_are_listed_the_last_moved_first(broker: Broker) -> None:
    put(broker, pact("shop", "billing"), "1", branch="main")
    put(broker, pact("app", "stock"), "1", branch="main")
    same_as_golden("integrations", broker.client.get("/integrations"))
    assert _pairs(broker) == [("app", "stock"), ("shop", "billing")]
    put(broker, pact("shop", "billing", interaction("more")), "2", branch="main")
    assert _pairs(broker) == [("shop", "billing"), ("app", "stock")]
    assert _pairs(broker, "?page=2&size=1") == [("app", "stock")]
    assert _pairs(broker, "?q=BILL") == [("shop", "billing")]
    assert broker.read("/integrations?q=o&size=1")["page"]["totalElements"] == 2


def test_integrations_say_how_their_newest_pact_stands(broker: Broker) -> None:
    def status() -> str:
        return str(broker.read("/integrations")["_embedded"]["integrations"][0]["verificationStatus"])

    path = put(broker, pact("shop", "billing"), "1")
    assert status() == "never"
    verified(broker, path, "b1")
    assert status() == "success"
    verified(broker, path, "b2", success=False)
    assert status() == "failed"
    put(broker, pact("shop", "billing", interaction("new")), "2")
    assert status() == "never"


def test_integrations_say_how_all_contracts_of_the_newest_version_stand(broker: Broker) -> None:
    def status() -> str:
        return str(broker.read("/integrations")["_embedded"]["integrations"][0]["verificationStatus"])

    verified(broker, put(broker, pact("web", "orders"), "1"), "5")
    test_expectations.publish(broker)
    assert status() == "never"
    test_expectations.verified(broker, success=True)
    assert status() == "success"
    test_expectations.verified(broker, success=False, provider_version="6")
    assert status() == "failed"
    assert broker.read("/dashboard")["items"][0]["verificationStatus"] == "success"  # its items are pacts


def test_integrations_go_by_comparisons_where_nothing_is_replayed(broker: Broker) -> None:
    reader, writer = test_contracts.AVRO, test_contracts.WITH_TOTAL
    compared = "/matrix?q[][pacticipant]=shop&q[][version]={}&q[][pacticipant]=orders&q[][version]={}&latestby=cvpv"
    for number, reads, writes, said in (("a", reader, writer, "success"), ("b", writer, reader, "failed")):
        test_contracts.publish(broker, test_contracts.single(reads), number)
        test_contracts.say(broker, test_contracts.single(writes), number)
        broker.read(compared.format(number, number))
        assert broker.read("/integrations")["_embedded"]["integrations"][0]["verificationStatus"] == said


def test_integrations_are_drawn_as_a_graph(sqlite_broker: Broker) -> None:
    put(sqlite_broker, pact("shop", "billing"), "1")
    drawn = sqlite_broker.client.get("/integrations", headers={"Accept": "text/vnd.graphviz"})
    assert drawn.headers["content-type"].startswith("text/vnd.graphviz")
    assert drawn.text == 'digraph {\n  "shop" -> "billing"\n}\n'


def test_an_integration_goes_with_what_is_left_with_nothing_attached(broker: Broker) -> None:
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    for number in ("1", "2"):
        path = put(broker, pact("shop", "billing", interaction(f"say {number}")), number, branch="main")
        verified(broker, path, f"b{number}", branch="main")
    put(broker, pact("shop", "stock"), "1", branch="main")
    broker.client.post(f"/pacticipants/billing/versions/b1/deployed-versions/environment/{uuid}", json={})
    put(broker, pact("alone", "lonely"), "1")

    at = "/integrations/provider/billing/consumer/shop"
    assert broker.client.delete(at).status_code == 406
    assert broker.client.delete(at, headers=ANY).status_code == 204
    assert _pairs(broker) == [("alone", "lonely"), ("shop", "stock")]
    assert broker.client.get("/pacts/provider/billing/consumer/shop/version/1").status_code == 404
    shop = broker.read("/pacticipants/shop/versions")["_embedded"]["versions"]
    assert [version["number"] for version in shop] == ["1"]
    assert broker.read("/pacticipants/shop/branches/main/latest-version")["number"] == "1"
    billing = broker.read("/pacticipants/billing/versions")["_embedded"]["versions"]
    assert [version["number"] for version in billing] == ["b1"]
    assert pointer_differences(broker.database_url) == ()

    gone = "/integrations/provider/lonely/consumer/alone"
    assert broker.client.delete(gone, headers=ANY).status_code == 204
    for name in ("alone", "lonely"):
        assert broker.client.get(f"/pacticipants/{name}").status_code == 404
    assert broker.client.delete(gone, headers=ANY).status_code == 404


def test_all_integrations_are_deleted_at_once(broker: Broker) -> None:
    verified(broker, put(broker, pact("shop", "billing"), "1", branch="main"), "b1", branch="main")
    put(broker, pact("billing", "stock"), "b1")
    put(broker, pact("self", "self"), "1")
    version_of(broker, "apart", "1", branch="main")
    assert broker.client.delete("/integrations").status_code == 204
    assert _pairs(broker) == []
    assert [each["name"] for each in broker.read("/pacticipants")["pacticipants"]] == ["apart"]
    assert pointer_differences(broker.database_url) == ()
