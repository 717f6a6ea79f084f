"""Names and queries that nobody should send: refused or not found with a clear answer, never a failure of ours."""

from tests.support.brokers import Broker
from tests.support.pacts import version_of


def test_control_characters_are_in_no_name(broker: Broker) -> None:
    for odd in ("%00", "a%00b", "%01", "%7F", "a%0Ab", "a%09b", "%C2%85"):
        for path in (f"/pacticipants/{odd}", f"/pacticipants/shop/versions/{odd}", f"/environments/{odd}"):
            assert broker.client.get(path).status_code in {404, 422}, path
        for path in (
            f"/pacticipants/{odd}/versions/1",
            f"/pacticipants/shop/versions/{odd}",
            f"/pacticipants/shop/versions/1/tags/{odd}",
            f"/pacticipants/shop/branches/{odd}/versions/1",
        ):
            answer = broker.client.put(path, json={})
            assert answer.status_code in {400, 422}, (path, answer.text)
    assert broker.read("/pacticipants")["pacticipants"] == []


def test_odd_queries_are_answered(broker: Broker) -> None:
    version_of(broker, "shop", "1", branch="main")
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    deployed, released = "deployed-versions/currently-deployed", "released-versions/currently-supported"
    for odd in ("%00", "%01", "%FF", "%F0%9F%A4%9D", "%5C%25_", "9999999999999999999999"):
        for path in (
            f"/pacticipants?q={odd}",
            f"/integrations?q={odd}",
            f"/environments?name={odd}",
            f"/pacticipants/shop/branches?q={odd}",
            f"/environments/{uuid}/{deployed}?pacticipant={odd}",
            f"/environments/{uuid}/{deployed}?applicationInstance={odd}",
            f"/environments/{uuid}/{released}?version={odd}",
        ):
            answer = broker.client.get(path)
            assert answer.status_code in {200, 400}, (path, answer.text)
        assert broker.client.get(f"/pacticipants?page={odd}").status_code == 400


def test_huge_pages_are_empty(broker: Broker) -> None:
    version_of(broker, "shop", "1", branch="main")
    page = broker.read("/pacticipants/shop/versions?page=999999999&size=999999999")
    assert page["_embedded"]["versions"] == []
    assert page["page"]["totalElements"] == 1


def test_instances_and_texts_hold_no_nul(broker: Broker) -> None:
    version_of(broker, "shop", "1", branch="main")
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    path = f"/pacticipants/shop/versions/1/deployed-versions/environment/{uuid}"
    assert broker.client.post(path, json={"target": "a\0b"}).status_code == 400
    assert broker.client.post(path, json={"target": "Läden 🤝"}).status_code == 201
    body = {"name": "x", "production": True, "contacts": [{"name": "a", "details": {"k": "a\0b"}}]}
    assert broker.client.post("/environments", json=body).status_code in {201, 400}
