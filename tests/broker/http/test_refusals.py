"""How a refused request is answered, field by field: with and without problem documents, whatever bytes it holds."""

import base64
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import pytest

from tests.support.brokers import Broker
from tests.support.pacts import interaction, pact, put, version_of

PROBLEM = {"Accept": "application/hal+json,application/problem+json"}
JSON_BODY = {"Content-Type": "application/json"}
HAL_TYPE = "application/hal+json;charset=utf-8"
JSON_TYPE = "application/json;charset=utf-8"
PROBLEM_TYPE = "application/problem+json;charset=utf-8"


@pytest.mark.parametrize("path", ["/pacticipants/nobody", "/nowhere", "/environments/none"])
def test_what_is_missing_is_told_in_two_forms(sqlite_broker: Broker, path: str) -> None:
    plain = sqlite_broker.client.get(path)
    assert (plain.status_code, plain.headers["content-type"], list(plain.json())) == (404, JSON_TYPE, ["error"])
    told = sqlite_broker.client.get(path, headers=PROBLEM)
    assert (told.status_code, told.headers["content-type"]) == (404, PROBLEM_TYPE)
    assert told.json() == {
        "title": "Not found",
        "type": f"{sqlite_broker.url}/problem/not-found",
        "status": 404,
        "detail": plain.json()["error"],
    }


@pytest.mark.parametrize(
    "path",
    [
        "/pacts/provider/nobody/for-verification",
        "/pacts/provider/nobody/latest",
        "/pacts/provider/nobody/consumer/none/versions",
        "/pacticipants/nobody/versions",
        "/matrix/provider/nobody/consumer/none",
    ],
)
def test_a_sentence_that_names_the_missing_application_is_hal(sqlite_broker: Broker, path: str) -> None:
    answer = sqlite_broker.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, HAL_TYPE)
    assert "no" in answer.json()["error"].lower()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("//", 404),
        ("/pacticipants//versions", 404),
        ("/pacticipants/a//", 404),
        ("/pacticipants/a%0Ab", 422),
        ("/pacticipants/a%09b", 422),
        ("/pacticipants/a%00b", 422),
    ],
)
def test_a_path_that_nothing_can_have_is_a_problem_whatever_is_accepted(
    sqlite_broker: Broker, path: str, status: int
) -> None:
    for accept in ("application/hal+json", "text/html", "*/*"):
        answer = httpx.get(sqlite_broker.url + path, headers={"Accept": accept}, trust_env=False)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert sorted(answer.json()) == ["detail", "status", "title", "type"]
        assert answer.json()["status"] == status
        assert answer.json()["type"].startswith("/problem/")


def test_a_body_that_is_not_json_is_a_400_whose_document_says_500(sqlite_broker: Broker) -> None:
    for body in (b"{", b'{"a": "\xff"}'):
        plain = sqlite_broker.client.post("/contracts/publish", content=body, headers=JSON_BODY)
        assert (plain.status_code, plain.headers["content-type"], list(plain.json())) == (400, HAL_TYPE, ["error"])
        assert plain.json()["error"].startswith("The request's body is not ")
        told = sqlite_broker.client.post("/contracts/publish", content=body, headers={**JSON_BODY, **PROBLEM})
        assert (told.status_code, told.headers["content-type"]) == (400, PROBLEM_TYPE)
        assert told.json() == {
            "title": "Server error",
            "type": f"{sqlite_broker.url}/problem/server-error",
            "status": 500,
            "detail": plain.json()["error"],
        }


@pytest.mark.parametrize("name", ["page", "size", "pageNumber", "pageSize"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "%D9%A1"])
def test_a_page_that_is_no_count_is_told_by_the_name_it_was_sent_under(
    sqlite_broker: Broker, name: str, value: str
) -> None:
    path = f"/pacticipants?{name}={value}"
    plain = sqlite_broker.client.get(path)
    assert (plain.status_code, list(plain.json()["errors"])) == (400, [name])
    told = sqlite_broker.client.get(path, headers=PROBLEM).json()
    assert [each["pointer"] for each in told["errors"]] == [f"/{name}"]


def test_every_fault_of_a_body_is_told_with_its_place(sqlite_broker: Broker) -> None:
    contract = {"consumerName": "Other", "specification": "pact", "contentType": "text/plain", "content": "!"}
    body = {"pacticipantName": "Shop", "tags": ["dev", ""], "contracts": ["x", contract]}
    plain = sqlite_broker.client.post("/contracts/publish", json=body)
    assert (plain.status_code, plain.headers["content-type"]) == (400, HAL_TYPE)
    errors = plain.json()["errors"]
    assert list(errors) == ["pacticipantVersionNumber", "tags", "contracts"]
    assert "index 1" in errors["tags"][0]
    told = sqlite_broker.client.post("/contracts/publish", json=body, headers=PROBLEM)
    assert (told.status_code, told.headers["content-type"]) == (400, PROBLEM_TYPE)
    document = told.json()
    assert (document["type"], document["status"]) == (f"{sqlite_broker.url}/problems/validation-error", 400)
    assert document["instance"] == "/"
    kinds = [(each["pointer"], each["type"].rpartition("/")[2]) for each in document["errors"]]
    wrong, missing = "invalid-body-property-value", "missing-body-property"
    assert kinds == [
        ("/pacticipantVersionNumber", missing),
        ("/tags/1", wrong),
        ("/contracts/0", wrong),
        ("/contracts/1/providerName", missing),
        ("/contracts/1/consumerName", wrong),
        ("/contracts/1/contentType", wrong),
        ("/contracts/1/content", wrong),
    ]
    assert [each["detail"] for each in document["errors"]] == [text for texts in errors.values() for text in texts]


def test_a_changed_contract_is_a_409_whose_document_says_500(sqlite_broker: Broker) -> None:
    path = put(sqlite_broker, pact("Shop", "Bill"), "1")
    other = pact("Shop", "Bill", interaction("another question"))
    plain = sqlite_broker.client.put(path, json=other)
    assert (plain.status_code, plain.headers["content-type"], list(plain.json())) == (409, HAL_TYPE, ["error"])
    told = sqlite_broker.client.put(path, json=other, headers=PROBLEM)
    assert (told.status_code, told.headers["content-type"], told.json()["status"]) == (409, PROBLEM_TYPE, 500)
    assert told.json()["type"] == f"{sqlite_broker.url}/problem/server-error"
    assert told.json()["detail"] == plain.json()["error"]


KINDS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1.5,
    10**30,
    "",
    "x",
    " ",
    "a\0b",
    [],
    {},
    [None],
    [[]],
    {"a": None},
    ["x"],
    [{}],
)
CONTRACT = ("consumerName", "providerName", "specification", "contentType", "content", "onConflict")
SELECTOR = ("consumer", "latest", "tag", "fallbackTag", "branch", "fallbackBranch", "matchingBranch", "mainBranch")
PLACE = ("deployed", "released", "deployedOrReleased", "environment")
BODIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "POST",
        "/contracts/publish",
        {
            "pacticipantName": "Shop",
            "pacticipantVersionNumber": "2",
            **dict.fromkeys(("branch", "tags", "buildUrl")),
            "contracts": [{**dict.fromkeys(CONTRACT), "consumerName": "Shop", "providerName": "Bill"}],
        },
    ),
    (
        "POST",
        "/pacts/provider/Bill/for-verification",
        {
            "consumerVersionSelectors": [dict.fromkeys((*SELECTOR, *PLACE))],
            "providerVersionBranch": "main",
            "providerVersionTags": ["dev"],
            "includePendingStatus": True,
            "includeWipPactsSince": "2020-01-01",
        },
    ),
    (
        "POST",
        "{results}",
        dict.fromkeys(("success", "providerApplicationVersion", "buildUrl", "testResults", "verifiedBy")),
    ),
    (
        "PUT",
        "/pacts/provider/Bill/consumer/Shop/version/3",
        dict.fromkeys(("consumer", "provider", "interactions", "messages", "metadata")),
    ),
    (
        "PATCH",
        "/pacts/provider/Bill/consumer/Shop/version/3",
        {"interactions": [{"description": None, "providerStates": None, "request": None}]},
    ),
    (
        "POST",
        "/environments",
        {"name": "test", "displayName": "Test", "production": True, "contacts": [{"name": "a", "details": {}}]},
    ),
    (
        "POST",
        "/pacticipants",
        {"name": "Shop", **dict.fromkeys(("displayName", "mainBranch", "repositoryUrl", "repositoryName"))},
    ),
    ("PUT", "/pacticipants/Shop/versions/1", {"buildUrl": None}),
)


def _variants(body: Any) -> Iterator[Any]:
    """The body, with each kind of value in each of its places in turn."""
    if isinstance(body, dict):
        for key, value in body.items():
            yield from ({**body, key: kind} for kind in KINDS)
            yield from ({**body, key: inner} for inner in _variants(value))
    elif isinstance(body, list):
        yield from ([inner] for item in body for inner in _variants(item))


@pytest.mark.parametrize(("method", "path", "body"), BODIES, ids=[f"{method} {path}" for method, path, _ in BODIES])
def test_a_value_of_any_kind_in_any_place_is_taken_or_refused(
    broker: Broker, method: str, path: str, body: dict[str, Any]
) -> None:
    results = broker.read(put(broker, pact("Shop", "Bill"), "1"))["_links"]["pb:publish-verification-results"]["href"]
    for variant in _variants(body):
        answer = broker.client.request(
            method, path.format(results=results), content=json.dumps(variant).encode(), headers=JSON_BODY
        )
        assert answer.status_code in {200, 201, 400, 409}, (variant, answer.text)
        if answer.status_code == 400:
            assert answer.json().keys() <= {"error", "errors"}


@pytest.mark.parametrize("name", ["include_pending_status", "provider_version_tags", "consumer_version_selectors"])
@pytest.mark.parametrize("form", ["{}=x", "{}[]=x", "{}[a]=x", "{}[][tag]=x&{}[][latest][]=y", "{}[][tag][]=x"])
def test_a_query_of_any_shape_is_taken_or_refused(sqlite_broker: Broker, name: str, form: str) -> None:
    put(sqlite_broker, pact("Shop", "Bill"), "1")
    answer = sqlite_broker.client.get("/pacts/provider/Bill/for-verification?" + form.replace("{}", name))
    assert answer.status_code in {200, 400}, answer.text


def _nul(body: Any) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    "body",
    [
        *({"consumerVersionSelectors": [{"latest": True, key: "a\0b"}]} for key in ("consumer", "tag", "branch")),
        {"consumerVersionSelectors": [{"tag": "a", "latest": True, "fallbackTag": "a\0b"}]},
        {"consumerVersionSelectors": [{"branch": "a", "fallbackBranch": "a\0b"}]},
        {"consumerVersionSelectors": [{"environment": "a\0b"}]},
        {"providerVersionBranch": "a\0b"},
        {"providerVersionTags": ["a\0b"]},
        {"providerVersionBranch": "a\0b", "includeWipPactsSince": "2020-01-01"},
        {"providerVersionTags": ["a\0b"], "includeWipPactsSince": "2020-01-01"},
    ],
)
def test_no_selector_holds_the_character_nul(broker: Broker, body: dict[str, Any]) -> None:
    put(broker, pact("Shop", "Bill"), "1", branch="main", tags=["dev"])
    answer = broker.client.post("/pacts/provider/Bill/for-verification", content=_nul(body), headers=JSON_BODY)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(body)[:1]


def test_no_build_url_holds_the_character_nul(broker: Broker) -> None:
    path = put(broker, pact("Shop", "Bill"), "1")
    results = broker.read(path)["_links"]["pb:publish-verification-results"]["href"]
    result = {"success": True, "providerApplicationVersion": "1", "buildUrl": "a\0b"}
    publication = {"pacticipantName": "Shop", "pacticipantVersionNumber": "2", "contracts": [], "buildUrl": "a\0b"}
    for url, body in ((results, result), ("/contracts/publish", publication)):
        answer = broker.client.post(url, content=_nul(body), headers=JSON_BODY)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["buildUrl"])


@pytest.mark.parametrize(
    "path",
    [
        "/pacticipants?q=%00",
        "/pacticipants/Shop/branches?q=a%00",
        "/integrations?q=%00",
        "/environments?name=%00",
        "/environments/{uuid}/deployed-versions/currently-deployed?applicationInstance=%00",
        "/environments/{uuid}/released-versions/currently-supported?version=%00",
        "/can-i-deploy?pacticipant=Shop&version=%00&to=dev",
    ],
)
def test_no_query_holds_the_character_nul(broker: Broker, path: str) -> None:
    version_of(broker, "Shop", "1", branch="main")
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    answer = broker.client.get(path.format(uuid=uuid))
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 1)


def _long(size: int) -> str:
    """A name that no compression makes shorter, so that an index meets its whole length."""
    return base64.b64encode(Random(size).randbytes(size))[:size].decode().replace("/", "_")


def _namings(broker: Broker, name: str, uuid: str) -> Iterator[httpx.Response]:
    """Every way to give something a name."""
    at = "/pacticipants/Shop"
    yield broker.client.post("/environments", json={"name": name, "production": False})
    for path in (f"{at}/versions/{name}", f"{at}/versions/1/tags/{name}", f"{at}/branches/{name}/versions/1"):
        yield broker.client.put(path, json={})
    for path in (f"/pacticipants/{name}/versions/1", f"{at}/labels/{name}"):
        yield broker.client.put(path, json={})
    yield broker.client.put(f"/pacts/provider/{name[1:]}x/consumer/Shop/version/1", json={})
    yield broker.client.post(f"{at}/versions/1/deployed-versions/environment/{uuid}", json={"target": name})
    results = broker.read(put(broker, pact("Shop", "Bill"), "1"))["_links"]["pb:publish-verification-results"]["href"]
    yield broker.client.post(results, json={"success": True, "providerApplicationVersion": name})
    publication = {"pacticipantName": "Shop", "pacticipantVersionNumber": "2", "contracts": []}
    for member, value in (("pacticipantVersionNumber", name), ("branch", name[2:] + "xx"), ("tags", [name])):
        yield broker.client.post("/contracts/publish", json={**publication, member: value})


def test_a_name_has_a_length_that_every_store_can_look_up(broker: Broker) -> None:
    version_of(broker, "Shop", "1")
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    for answer in _namings(broker, _long(2000), uuid):
        assert answer.status_code in {200, 201}, answer.text
    for size in (2001, 10_000):
        for answer in _namings(broker, _long(size), uuid):
            assert (answer.status_code, "2000 bytes" in answer.text) == (400, True), (answer.url, answer.text)


def test_contracts_and_test_results_may_hold_the_character_nul(broker: Broker) -> None:
    content = pact("Shop", "Bill", interaction("a\0b"))
    path = put(broker, content, "1")
    assert broker.read(path)["interactions"][0]["description"] == "a\0b"
    results = broker.read(path)["_links"]["pb:publish-verification-results"]["href"]
    result = {
        "success": True,
        "providerApplicationVersion": "1",
        "testResults": {"a\0": "\0"},
        "verifiedBy": {"v": "\0"},
    }
    answer = broker.client.post(results, content=_nul(result), headers=JSON_BODY)
    assert answer.status_code == 201
    assert broker.read(answer.headers["location"])["testResults"] == {"a\0": "\0"}
