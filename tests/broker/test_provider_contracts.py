"""What providers publish about themselves: kept with their own test of it, read back to the byte, deleted with all."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import deployed, environment, pact, put, verified
from tests.support.pointers import pointer_differences
from troth_broker.store.engine import Store
from troth_broker.store.tables import body, provider_contract

YAML = b"openapi: 3.1.0\ninfo: {title: Billing, version: '1'}\npaths: {}\n"
REPORT = "7 requests, 7 answers as described \u2713\n".encode()
AT = "/contracts/provider/billing/version/b1"
PUBLISH = "/provider-contracts/provider/billing/publish"


def encoded(exact: bytes) -> str:
    return base64.b64encode(exact).decode()


def own_test(**changed: Any) -> dict[str, Any]:
    """A provider's own test of its document, in the words of requests."""
    told = {"success": True, "content": encoded(REPORT), "contentType": "text/plain", "format": "text"}
    return {**told, "verifier": "schemathesis", "verifierVersion": "4.0", **changed}


def publication(document: bytes = YAML, number: str = "b1", **changed: Any) -> dict[str, Any]:
    """A whole publication."""
    contract: dict[str, Any] = {"content": encoded(document), "contentType": "application/yaml", "specification": "oas"}
    about = {"branch": "main", "tags": ["dev"], "buildUrl": "https://ci.example/7"}
    contract |= {"selfVerificationResults": own_test()}
    return {"pacticipantVersionNumber": number, **about, "contract": contract, **changed}


def publish(broker: Broker, sent: dict[str, Any]) -> dict[str, Any]:
    answer = broker.client.post(PUBLISH, json=sent)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def notices(answer: dict[str, Any]) -> str:
    return "\n".join(f"{each['type']}: {each['text']}" for each in answer["notices"])


def rows(broker: Broker) -> tuple[int, int]:
    """How many documents and how many bodies the store keeps."""
    store = Store(broker.database_url)
    try:
        documents, bodies = store.read(
            lambda db: [len(db.execute(t.select()).all()) for t in (provider_contract, body)]
        )
        return documents, bodies
    finally:
        store.close()


def test_a_publication_records_the_version_its_branch_tags_and_build(broker: Broker) -> None:
    answer = broker.client.post(PUBLISH, json=publication())
    same_as_golden("provider_contract_published", answer)
    version = broker.read("/pacticipants/billing/versions/b1")
    assert [branch["name"] for branch in version["_embedded"]["branchVersions"]] == ["main"]
    assert [tag["name"] for tag in version["_embedded"]["tags"]] == ["dev"]
    assert version["buildUrl"] == "https://ci.example/7"
    assert broker.read("/pacticipants/billing")["mainBranch"] == "main"
    link = version["_links"]["pb:provider-contract"]["href"]
    same_as_golden("provider_contract", broker.client.get(link))


def test_the_document_and_the_report_come_back_to_the_byte(broker: Broker) -> None:
    publish(broker, publication())
    links = broker.read(AT)["_links"]
    for rel, exact, kind in (
        ("pb:document", YAML, "application/yaml"),
        ("pb:self-verification-results", REPORT, "text/plain"),
    ):
        answer = broker.client.get(links[rel]["href"])
        assert answer.content == exact
        assert answer.headers["content-type"] == f"{kind};charset=utf-8"


def test_a_put_is_read_back_in_its_own_words(broker: Broker) -> None:
    sent = {
        "content": encoded(b'{"openapi": "3.0.0"}'),
        "contractType": "oas",
        "contentType": "application/json",
        "verificationResults": own_test(success=False),
    }
    answer = broker.client.put(AT, json=sent)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in sent} == sent
    assert broker.read(AT) == answer.json()
    again = broker.client.put(AT, json=answer.json())
    assert (again.status_code, again.json()["revision"]) == (200, 1)


def test_a_document_that_nobody_named_is_json_if_it_starts_like_it(sqlite_broker: Broker) -> None:
    for content, kind in ((b' {"openapi": "3.0.0"}', "application/json"), (YAML, "application/yaml")):
        sqlite_broker.client.put(AT, json={"content": encoded(content), "contractType": "oas"}).raise_for_status()
        told = sqlite_broker.read(AT)
        assert (told["contentType"], told["verificationResults"]) == (kind, {})


def test_another_document_of_a_version_is_a_revision_and_the_same_one_is_not(broker: Broker) -> None:
    assert "success: Provider contract published" in notices(publish(broker, publication()))
    assert "with no changes" in notices(publish(broker, publication()))
    assert broker.read(AT)["revision"] == 1
    assert "this is revision 2" in notices(publish(broker, publication(YAML + b"tags: []\n")))
    told = publication(YAML + b"tags: []\n")
    told["contract"]["selfVerificationResults"] = own_test(success=False, content=None)
    assert "own verification of it failed" in notices(publish(broker, told))
    found = broker.read(AT)
    assert (found["revision"], found["verificationResults"]["success"]) == (3, False)
    assert broker.client.get(AT + "/self-verification-results").status_code == 404
    assert rows(broker) == (3, 3)


def test_builds_that_publish_one_version_at_once_take_turns(broker: Broker) -> None:
    documents = [YAML + f"# {number}\n".encode() for number in range(8)]
    with ThreadPoolExecutor(8) as builds:
        answers = list(builds.map(lambda each: broker.client.post(PUBLISH, json=publication(each)), documents))
    assert {answer.status_code for answer in answers} == {200}
    assert sum("this is revision" in answer.text for answer in answers) == 7
    assert broker.read(AT)["revision"] == 8
    assert broker.client.get(AT + "/document").content in documents
    assert rows(broker) == (8, 9)


def test_a_provider_that_was_not_tested_is_told_so(sqlite_broker: Broker) -> None:
    sent = publication()
    del sent["contract"]["selfVerificationResults"]
    assert "--verification-success" in notices(publish(sqlite_broker, {**sent, "branch": None, "tags": None}))


def test_a_provider_lists_what_its_versions_said_newest_first(broker: Broker) -> None:
    for number in ("b1", "b2", "b3"):
        publish(broker, publication(number=number))
    publish(broker, publication(YAML + b"\n", "b2"))
    where = broker.read("/pacticipants/billing")["_links"]["pb:provider-contracts"]["href"]
    found = broker.read(where)["_embedded"]["providerContracts"]
    assert [(each["_embedded"]["version"]["number"], each["revision"]) for each in found] == [
        ("b2", 2),
        ("b3", 1),
        ("b1", 1),
    ]
    assert "content" not in found[0]
    same_as_golden("provider_contracts", broker.client.get(where + "?page=2&size=2"))
    assert broker.client.get("/contracts/provider/nobody").status_code == 404


def test_an_object_that_is_no_openapi_is_kept_unread_as_older_clients_expect(sqlite_broker: Broker) -> None:
    told = notices(publish(sqlite_broker, publication(b"some: document\n")))
    assert "warning:   It is kept unread, and compared with nothing" in told
    assert sqlite_broker.client.get(AT + "/document").content == b"some: document\n"


def test_what_is_not_there_is_said_by_name(sqlite_broker: Broker) -> None:
    publish(sqlite_broker, publication())
    sqlite_broker.client.put("/pacticipants/billing/versions/b2", json={}).raise_for_status()
    answer = sqlite_broker.client.get("/contracts/provider/billing/version/b2")
    assert (answer.status_code, "billing version b2" in answer.text) == (404, True)
    assert sqlite_broker.client.get("/contracts/provider/billing/version/b9").status_code == 404
    assert sqlite_broker.client.delete("/contracts/provider/billing/version/b2").status_code == 404
    assert "pb:provider-contract" not in sqlite_broker.read("/pacticipants/billing/versions/b2")["_links"]


@pytest.mark.parametrize(
    ("changed", "place", "told"),
    [
        ({"pacticipantVersionNumber": " "}, "pacticipantVersionNumber", "blank"),
        ({"branch": ""}, "branch", "blank"),
        ({"tags": [7]}, "tags", "at index 0"),
        ({"buildUrl": "a\nb"}, "buildUrl", "single line"),
        ({"contract": []}, "contract", "an object"),
        ({"contract": {"specification": "oas"}}, "contract.content", "is missing"),
        ({"contract": {"specification": "kv"}}, "contract.specification", "plug-in that is installed where the broker"),
        ({"contract": {"content": 7, "specification": "oas"}}, "contract.content", "Base64 string"),
        ({"contract": {"content": "%", "specification": "oas"}}, "contract.content", "not Base64"),
        ({"contract": {"content": "", "specification": "oas"}}, "contract.content", "is empty"),
        ({"contract": {"content": encoded(b"\xff"), "specification": "oas"}}, "contract.content", "cannot be read"),
        ({"contract": {"content": encoded(b"{"), "specification": "oas"}}, "contract.content", "cannot be read"),
        (
            {"contract": {"content": encoded(b"[]"), "contentType": "application/json", "specification": "oas"}},
            "contract.content",
            "cannot be read",
        ),
        ({"contract": {"content": encoded(b"a: 1")}}, "contract.specification", "is missing: What"),
        ({"contract": {"content": encoded(b"{")}}, "contract.specification", "is missing, and"),
        ({"contract": {"content": encoded(YAML), "specification": ["oas"]}}, "contract.specification", "one of oas"),
        (
            {"contract": {"content": encoded(YAML), "specification": "pact"}},
            "contract.specification",
            "/contracts/publish",
        ),
        ({"contract": {"content": encoded(YAML), "specification": "oas", "name": "a\nb"}}, "contract.name", "line"),
        (
            {"contract": {"content": encoded(YAML), "specification": "oas", "contentType": "yaml"}},
            "contract.contentType",
            "application/yaml",
        ),
        (
            {"contract": {"content": encoded(YAML), "specification": "oas", "selfVerificationResults": 1}},
            "contract.selfVerificationResults",
            "an object",
        ),
        *(
            (
                {"contract": {"content": encoded(YAML), "specification": "oas", "selfVerificationResults": told}},
                f"contract.selfVerificationResults.{place}",
                text,
            )
            for place, told, text in (
                ("success", {"success": 1}, "true or false"),
                ("content", {"content": "%"}, "not Base64"),
                ("verifier", {"verifier": 7}, "must be a string"),
            )
        ),
    ],
)
def test_a_wrong_publication_is_refused_with_its_place_and_records_nothing(
    sqlite_broker: Broker, changed: dict[str, Any], place: str, told: str
) -> None:
    answer = sqlite_broker.client.post(PUBLISH, json={**publication(), **changed})
    assert answer.status_code == 400
    assert told in answer.json()["errors"][place][0]
    assert sqlite_broker.client.get("/pacticipants/billing").status_code == 404


def test_every_missing_member_is_named_at_once(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.post(PUBLISH, json={})
    assert set(answer.json()["errors"]) == {"pacticipantVersionNumber", "contract"}
    put_errors = sqlite_broker.client.put(AT, json={}).json()["errors"]
    assert set(put_errors) == {"content"}
    assert sqlite_broker.client.put("/contracts/provider/%20/version/%20", json={}).json()["errors"].keys() >= {
        "provider",
        "version",
    }


def test_a_page_that_a_provider_hides_in_its_contract_is_never_run_by_a_browser(sqlite_broker: Broker) -> None:
    page = b"openapi: 3.1.0\ninfo: {title: <script>alert(1)</script>, version: '1'}\npaths: {}\n"
    sent = {"content": encoded(page), "contractType": "oas", "contentType": "text/html"}
    told = {"content": encoded(page), "contentType": "image/svg+xml"}
    sqlite_broker.client.put(AT, json={**sent, "verificationResults": told}).raise_for_status()
    for path in (f"{AT}/document", f"{AT}/self-verification-results"):
        answer = sqlite_broker.client.get(path, headers={"Accept": "*/*"})
        assert answer.content == page
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"
        shown = sqlite_broker.client.get(path, headers={"Accept": "text/html"})
        assert page not in shown.content
        assert b"&lt;script&gt;" in shown.content


def test_a_document_answers_the_gate_where_nothing_was_replayed(broker: Broker) -> None:
    environment(broker, "test")
    put(broker, pact("web", "billing"), "1", branch="main")
    deployed(broker, "web", "1", "test")
    broker.client.put("/pacticipants/billing/versions/b1", json={}).raise_for_status()
    question = "/can-i-deploy?pacticipant=billing&version=b1&environment=test"
    assert broker.read(question)["summary"]["deployable"] is None
    publish(broker, publication(branch=None, tags=[]))
    assert broker.read(question)["summary"]["deployable"] is False  # it describes nothing of what the pact asks for


def test_deleting_takes_the_revisions_and_the_bytes_that_nobody_else_uses(broker: Broker) -> None:
    shared = publication()
    publish(broker, shared)
    publish(broker, publication(YAML + b"\n"))
    publish(broker, {**shared, "pacticipantVersionNumber": "b2"})
    assert rows(broker) == (3, 3)
    assert broker.client.delete(AT).status_code == 204
    assert rows(broker) == (1, 2)
    assert broker.client.get(AT).status_code == 404
    assert broker.client.get("/pacticipants/billing/versions/b1").status_code == 200
    broker.client.delete("/pacticipants/billing/versions/b2").raise_for_status()
    assert rows(broker) == (0, 0)
    publish(broker, shared)
    broker.client.delete("/pacticipants/billing").raise_for_status()
    assert rows(broker) == (0, 0)
    assert pointer_differences(broker.database_url) == ()


def test_bytes_that_are_a_pact_and_a_provider_contract_outlive_either(broker: Broker) -> None:
    content = {**pact("web", "billing"), "openapi": "3.0.0", "info": {"title": "Billing", "version": "1"}, "paths": {}}
    path = put(broker, content, "1")
    exact = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    broker.client.put(path, content=exact, headers={"content-type": "application/json"}).raise_for_status()
    publish(broker, publication(exact))
    before = rows(broker)
    broker.client.delete(path).raise_for_status()
    assert rows(broker) == before
    assert broker.client.get(AT + "/document").content == exact
    put(broker, content, "1")
    broker.client.delete(AT).raise_for_status()
    assert broker.client.get(path).status_code == 200


def test_deleting_an_integration_leaves_the_versions_that_describe_themselves(broker: Broker) -> None:
    path = put(broker, pact("web", "billing"), "1")
    publish(broker, publication())
    verified(broker, path, "b1")
    verified(broker, path, "b2")
    broker.client.delete("/integrations/provider/billing/consumer/web", headers={"Accept": "*/*"}).raise_for_status()
    assert broker.client.get("/pacticipants/web").status_code == 404
    assert broker.client.get("/pacticipants/billing/versions/b2").status_code == 404
    assert broker.client.get(AT).status_code == 200
    assert pointer_differences(broker.database_url) == ()


def test_documents_are_counted(sqlite_broker: Broker) -> None:
    publish(sqlite_broker, publication())
    assert sqlite_broker.read("/metrics")["providerContracts"] == {"count": 1}
    told = sqlite_broker.client.get("/metrics", headers={"Accept": "text/plain"}).text
    assert 'troth_store_recorded_total{fact="provider_contract"} 1.0' in told


def test_the_index_says_where_to_publish_and_no_header_names_another_product(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.get("/")
    href = answer.json()["_links"]["pf:publish-provider-contract"]["href"]
    assert href.endswith("/provider-contracts/provider/{provider}/publish")
    assert not [name for name in answer.headers if "pactflow" in name.lower()]
