"""Publishing contracts over HTTP: what is recorded, what is told, what is refused."""

import base64
import json
from typing import Any

import httpx
import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.pacts import interaction, pact

PROBLEM = {"Accept": "application/hal+json, application/problem+json"}


def encoded(document: Any) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


def contract(consumer: str, provider: str, document: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "consumerName": consumer,
        "providerName": provider,
        "specification": "pact",
        "contentType": "application/json",
        "content": encoded(document or pact(consumer, provider)),
        **more,
    }


def publication(version: str = "1", *contracts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "pacticipantName": "web",
        "pacticipantVersionNumber": version,
        "contracts": list(contracts or (contract("web", "orders"),)),
        **more,
    }


def publish(broker: Broker, *arguments: Any, **more: Any) -> httpx.Response:
    return broker.client.post("/contracts/publish", json=publication(*arguments, **more))


def notices(answer: httpx.Response, kind: str) -> list[str]:
    return [notice["text"] for notice in answer.json()["notices"] if notice["type"] == kind]


def test_a_publication_is_answered_with_everything_that_clients_read(broker: Broker) -> None:
    answer = publish(broker, "1", branch="main", tags=["dev", "a/b"], buildUrl="http://ci/1")
    assert answer.status_code == 200
    body = answer.json()
    assert [{**log, "deprecationWarning": ""} for log in body["logs"]] == [
        {"level": notice["type"], "message": notice["text"], "deprecationWarning": ""} for notice in body["notices"]
    ]
    version = f"{broker.url}/pacticipants/web/versions/1"
    assert body["_embedded"] == {
        "pacticipant": {"name": "web", "_links": {"self": {"href": f"{broker.url}/pacticipants/web"}}},
        "version": {
            "number": "1",
            "buildUrl": "http://ci/1",
            "_links": {"self": {"title": "Version", "name": "1", "href": version}},
        },
    }
    links = body["_links"]
    assert links["pb:pacticipant"]["href"] == f"{broker.url}/pacticipants/web"
    assert links["pb:pacticipant-version"]["href"] == version
    assert [tag["href"] for tag in links["pb:pacticipant-version-tags"]] == [
        f"{version}/tags/dev",
        f"{version}/tags/a%2Fb",
    ]
    assert links["pb:contracts"] == [
        {
            "title": "Pact",
            "name": "Pact between web (1) and orders",
            "href": f"{broker.url}/pacts/provider/orders/consumer/web/version/1",
        }
    ]


def test_a_first_publication_tells_what_was_made_and_what_to_do_next(broker: Broker) -> None:
    answer = publish(broker)
    assert notices(answer, "debug")[0] == "Created web version 1"
    assert "branch" in notices(answer, "prompt")[0]
    assert notices(answer, "success") == ["Pact successfully published for web version 1 and provider orders"]
    events = notices(answer, "debug")[-1]
    assert "contract_published (" in events
    assert "contract_content_changed (" in events
    assert any("Verify the pact" in text for text in notices(answer, "prompt"))


def test_the_same_contract_again_changes_nothing(broker: Broker) -> None:
    publish(broker, branch="main")
    answer = publish(broker, branch="main")
    assert answer.status_code == 200
    assert notices(answer, "debug")[0] == "Updated web version 1 with branch main"
    assert "no content changes" in notices(answer, "success")[0]
    assert "contract_content" not in notices(answer, "debug")[-1]


CHANGED = pact("web", "orders", interaction("asks something else", "/else"))


def test_another_contract_for_the_same_version_is_refused_with_the_difference(broker: Broker) -> None:
    publish(broker)
    answer = publish(broker, "1", contract("web", "orders", CHANGED), branch="late")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.json()["errors"] == {"contracts": notices(answer, "error")}
    assert "/else" in notices(answer, "info")[0]
    stored = broker.read("/pacts/provider/orders/consumer/web/version/1")
    assert stored["interactions"][0]["description"] == "web asks"
    assert broker.client.get("/pacts/provider/orders/consumer/web/branch/late/latest").status_code == 404


def test_a_setting_allows_it_and_the_publisher_is_warned(database_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(database_url, allow_dangerous_contract_modification=True)
    publish(broker)
    answer = publish(broker, "1", contract("web", "orders", CHANGED))
    assert answer.status_code == 200
    assert "overwritten" in notices(answer, "warning")[0]
    assert "contract_content_changed" in notices(answer, "debug")[-1]
    stored = broker.read("/pacts/provider/orders/consumer/web/version/1")
    assert [item["description"] for item in stored["interactions"]] == ["asks something else"]


def test_merging_is_allowed_and_the_merged_pact_has_a_digest_of_its_own(broker: Broker) -> None:
    publish(broker)
    fragment_only = publish(broker, "2", contract("web", "orders", CHANGED))
    assert fragment_only.status_code == 200
    answer = publish(broker, "1", contract("web", "orders", CHANGED, onConflict="merge"))
    assert answer.status_code == 200
    assert "merged" in notices(answer, "success")[0]
    one, two = (broker.read(f"/pacts/provider/orders/consumer/web/version/{number}") for number in "12")
    assert [item["description"] for item in one["interactions"]] == ["web asks", "asks something else"]
    assert one["_links"]["pb:pact-version"]["name"] != two["_links"]["pb:pact-version"]["name"]
    again = publish(broker, "1", contract("web", "orders", CHANGED, onConflict="merge"))
    assert "merged" in notices(again, "success")[0]
    assert broker.read("/pacts/provider/orders/consumer/web/version/1")["_links"] == one["_links"]


def test_messages_of_version_4_are_merged_too(broker: Broker) -> None:
    def messages(*descriptions: str) -> dict[str, Any]:
        parts = [{"type": "Asynchronous/Messages", "description": text, "contents": {}} for text in descriptions]
        return {"interactions": parts, "metadata": {"pactSpecification": {"version": "4.0"}}}

    publish(broker, "1", contract("web", "orders", messages("a")))
    publish(broker, "1", contract("web", "orders", messages("b"), onConflict="merge"))
    stored = broker.read("/pacts/provider/orders/consumer/web/version/1")
    assert [item["description"] for item in stored["interactions"]] == ["a", "b"]


def test_the_same_provider_twice_in_one_publication_overwrites_with_a_warning(broker: Broker) -> None:
    answer = publish(broker, "1", contract("web", "orders"), contract("web", "orders", CHANGED))
    assert answer.status_code == 200
    assert len(answer.json()["_links"]["pb:contracts"]) == 2
    assert "overwritten" in notices(answer, "warning")[0]


def test_no_contracts_record_just_the_version_with_its_branch_and_tags(broker: Broker) -> None:
    body = {**publication(branch="main", tags=["t"]), "contracts": []}
    answer = broker.client.post("/contracts/publish", json=body)
    assert answer.status_code == 200
    assert answer.json()["_links"]["pb:contracts"] == []


def test_content_without_names_and_nulls_where_nothing_is_said_are_accepted(broker: Broker) -> None:
    body = publication("1", contract("web", "orders", {"interactions": []}), branch=None, tags=None, buildUrl=None)
    assert broker.client.post("/contracts/publish", json=body).status_code == 200


def test_a_contract_with_oneself_is_accepted(broker: Broker) -> None:
    assert publish(broker, "1", contract("web", "web")).status_code == 200


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        ({"pacticipantName": None}, "pacticipantName", "string"),
        ({"pacticipantName": " "}, "pacticipantName", "blank"),
        ({"pacticipantName": "a\nb"}, "pacticipantName", "single line"),
        ({"pacticipantName": "a\x00b"}, "pacticipantName", "control"),
        ({"pacticipantVersionNumber": ""}, "pacticipantVersionNumber", "blank"),
        ({"branch": " "}, "branch", "blank"),
        ({"branch": "a\nb"}, "branch", "single line"),
        ({"tags": "dev"}, "tags", "array"),
        ({"tags": ["dev", ""]}, "tags", "index 1"),
        ({"buildUrl": "a\nb"}, "buildUrl", "single line"),
        ({"buildUrl": 1}, "buildUrl", "string"),
        ({"contracts": {}}, "contracts", "array"),
        ({"contracts": [1]}, "contracts", "object (at index 0)"),
        ({"contracts": [{}]}, "contracts", "consumerName is missing (at index 0)"),
        ({"contracts": [contract("web", "orders"), contract("other", "orders")]}, "contracts", "(at index 1)"),
        ({"contracts": [contract("web", " ")]}, "contracts", "providerName can't be blank"),
        ({"contracts": [contract("web", "orders", specification="oas")]}, "contracts", "must be pact"),
        ({"contracts": [contract("web", "orders", contentType="text/plain")]}, "contracts", "application/json"),
        ({"contracts": [contract("web", "orders", onConflict="guess")]}, "contracts", "overwrite or merge"),
        ({"contracts": [contract("web", "orders", content=None)]}, "contracts", "content is missing"),
        ({"contracts": [contract("web", "orders", content=1)]}, "contracts", "Base64 string"),
        ({"contracts": [contract("web", "orders", content="a b!")]}, "contracts", "not Base64"),
        ({"contracts": [contract("web", "orders", content=encoded([1]))]}, "contracts", "JSON object"),
        ({"contracts": [contract("web", "orders", content="ew==")]}, "contracts", "line 1"),
        ({"contracts": [contract("web", "orders", pact("web", "shop"))]}, "contracts", "shop"),
        ({"contracts": [contract("web", "orders", pact("other", "orders"))]}, "contracts", "other"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_recorded(
    sqlite_broker: Broker, change: dict[str, Any], place: str, told: str
) -> None:
    answer = sqlite_broker.client.post("/contracts/publish", json={**publication(), **change})
    assert answer.status_code == 400
    assert place in answer.json()["errors"]
    assert any(told in text for text in answer.json()["errors"][place])
    assert sqlite_broker.client.get("/pacts/latest").json()["pacts"] == []


def test_every_missing_member_is_named(sqlite_broker: Broker) -> None:
    places = ["pacticipantName", "pacticipantVersionNumber", "contracts"]
    assert list(sqlite_broker.client.post("/contracts/publish", json={}).json()["errors"]) == places
    empty = sqlite_broker.client.post("/contracts/publish", headers={"Content-Type": "application/json"})
    assert (empty.status_code, list(empty.json()["errors"])) == (400, places)
    problem = sqlite_broker.client.post("/contracts/publish", json={}, headers=PROBLEM)
    assert problem.headers["content-type"].startswith("application/problem+json")
    assert [error["pointer"] for error in problem.json()["errors"]] == [f"/{place}" for place in places]
    assert problem.json()["errors"][0]["type"].endswith("/problems/missing-body-property")


def test_a_name_like_a_known_one_is_probably_a_mistake(broker: Broker) -> None:
    publish(broker)
    answer = publish(broker, "2", contract("web", "Orders Service"))
    assert answer.status_code == 409
    assert "orders" in notices(answer, "error")[0]
    put = broker.client.put("/pacts/provider/Order-API/consumer/web/version/2", json={})
    assert (put.status_code, put.headers["content-type"]) == (409, "text/plain;charset=utf-8")


@pytest.mark.parametrize(
    ("query", "headers"), [("?allowSimilarNames=true", {}), ("", {"X-Allow-Similar-Names": "true"})]
)
def test_a_request_may_say_that_a_name_like_a_known_one_is_meant(
    broker: Broker, query: str, headers: dict[str, str]
) -> None:
    publish(broker)
    body = publication("2", contract("web", "Orders Service"))
    refused = broker.client.post("/contracts/publish", json=body)
    assert "X-Allow-Similar-Names: true, or ?allowSimilarNames=true" in notices(refused, "error")[0]
    assert broker.client.post("/contracts/publish" + query, json=body, headers=headers).status_code == 200
    path = "/pacts/provider/orders-api/consumer/web/version/2"
    assert "?allowSimilarNames=true" in broker.client.put(path, json={}).text
    assert broker.client.put(path + query, json={}, headers=headers).status_code == 201
    assert broker.client.put("/pacts/provider/OrdersApi/consumer/web/version/2", json={}).status_code == 409


def test_the_guard_against_likely_mistakes_can_be_switched_off(database_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(database_url, check_for_potential_duplicate_pacticipant_names=False)
    publish(broker)
    assert publish(broker, "2", contract("web", "Orders Service")).status_code == 200


# --- what counts as changed ------------------------------------------------------------------------------------------


def changed(answer: httpx.Response) -> bool:
    assert answer.status_code == 200, answer.text
    return any("contract_content_changed" in text for text in notices(answer, "debug"))


def test_an_untagged_version_is_compared_with_the_previous_untagged_one(broker: Broker) -> None:
    assert changed(publish(broker, "1"))
    assert not changed(publish(broker, "2"))
    assert changed(publish(broker, "3", contract("web", "orders", CHANGED), tags=["x"]))
    assert not changed(publish(broker, "4"))
    assert changed(publish(broker, "5", contract("web", "orders", CHANGED)))


def test_a_tagged_version_is_compared_with_the_previous_one_of_each_tag(broker: Broker) -> None:
    assert changed(publish(broker, "1", tags=["dev"]))
    assert not changed(publish(broker, "2", tags=["dev"]))
    assert changed(publish(broker, "3", tags=["dev", "prod"]))
    assert changed(publish(broker, "4", contract("web", "orders", CHANGED), tags=["dev"]))
    assert not changed(publish(broker, "5", tags=["prod"]))


def test_an_untagged_version_on_a_branch_is_compared_with_the_previous_one_of_the_same_branch(broker: Broker) -> None:
    assert changed(publish(broker, "1", branch="main"))
    assert changed(publish(broker, "2", contract("web", "orders", CHANGED), branch="feat"))
    assert not changed(publish(broker, "3", branch="main"))
    assert not changed(publish(broker, "4", contract("web", "orders", CHANGED), branch="feat"))
    assert changed(publish(broker, "5", contract("web", "orders", CHANGED), branch="main"))


def test_a_version_on_two_branches_has_changed_if_it_has_on_either(broker: Broker) -> None:
    assert changed(publish(broker, "1", branch="main"))
    assert changed(publish(broker, "2", contract("web", "orders", CHANGED), branch="feat"))
    for branch in ("main", "feat"):
        broker.client.put(f"/pacticipants/web/branches/{branch}/versions/3", json={})
    answer = broker.client.put("/pacts/provider/orders/consumer/web/version/3", json=pact("web", "orders"))
    assert answer.status_code == 201
    again = publish(broker, "4", contract("web", "orders", CHANGED), branch="main")
    assert changed(again)
    assert "on the branch main" in " ".join(notices(again, "debug"))


def test_tags_come_before_branches_as_lines(broker: Broker) -> None:
    assert changed(publish(broker, "1", branch="main", tags=["dev"]))
    assert changed(publish(broker, "2", contract("web", "orders", CHANGED), branch="main"))
    assert not changed(publish(broker, "3", branch="main", tags=["dev"]))


def test_a_branch_s_previous_pact_is_the_one_with_the_same_provider(broker: Broker) -> None:
    assert changed(publish(broker, "1", branch="main"))
    assert changed(publish(broker, "2", contract("web", "stock"), branch="main"))
    assert not changed(publish(broker, "3", branch="main"))


# --- the older flow --------------------------------------------------------------------------------------------------

OLD = "/pacts/provider/orders/consumer/web/version/1"


def test_a_pact_is_put_then_revised_by_nothing_but_itself(broker: Broker) -> None:
    first = broker.client.put(OLD, json=pact("web", "orders"))
    assert first.status_code == 201
    assert first.json()["_links"]["pb:latest-pact-version"]["href"].endswith("/consumer/web/latest")
    assert broker.client.put(OLD, json=pact("web", "orders")).status_code == 200
    refused = broker.client.put(OLD, json=CHANGED)
    assert refused.status_code == 409
    assert "/else" in refused.json()["error"]
    problem = broker.client.put(OLD, json=CHANGED, headers=PROBLEM)
    assert (problem.status_code, problem.json()["status"]) == (409, 500)  # as the reference says it


def test_a_patch_adds_interactions_and_refuses_to_change_a_request(broker: Broker) -> None:
    assert broker.client.patch(OLD, json=pact("web", "orders")).status_code == 201
    added = broker.client.patch(OLD, json=CHANGED)
    assert (added.status_code, len(added.json()["interactions"])) == (200, 2)
    clash = broker.client.patch(OLD, json=pact("web", "orders", interaction("web asks", "/elsewhere")))
    assert (clash.status_code, clash.content) == (409, b"")


def test_older_addresses_of_a_pact_work_too(broker: Broker) -> None:
    plural = OLD.replace("/version/", "/versions/")
    assert broker.client.put(plural, json={}).status_code == 201
    for path in (OLD, plural, OLD.replace("/pacts/", "/pact/")):
        assert broker.client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        (OLD, pact("other", "orders"), "consumer.name"),
        (OLD, pact("web", "other"), "provider.name"),
        ("/pacts/provider/orders/consumer/web/version/%20", {}, "consumer_version_number"),
        ("/pacts/provider/%20/consumer/web/version/1", {}, "provider.name"),
    ],
)
def test_a_put_pact_must_agree_with_its_path(sqlite_broker: Broker, path: str, body: Any, place: str) -> None:
    answer = sqlite_broker.client.put(path, json=body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [place])


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"1", b"null", b"", b"{"])
def test_a_pact_is_a_json_object(sqlite_broker: Broker, body: bytes) -> None:
    answer = sqlite_broker.client.put(OLD, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
