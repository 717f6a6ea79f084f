"""Pacts for verification over HTTP: the answer's form, every kind of selector, refusals."""

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.broker.pacts_to_verify import URL, ask, filled, named, pending, send
from tests.broker.test_publishing import contract, publish
from tests.support.brokers import Broker
from tests.support.pacts import interaction, pact, version_of
from troth_broker.core.metadata import decode

PROBLEM = {"Accept": "application/hal+json, application/problem+json"}
AFTER = {
    f"after_verification:success_{success}_published_{published}"
    for success in ("true", "false")
    for published in ("true", "false")
}


@pytest.fixture
def shop(broker: Broker) -> Broker:
    return filled(broker)


def test_the_answer_has_the_form_that_verifiers_read(shop: Broker) -> None:
    answer = shop.client.post(URL, json={"consumerVersionSelectors": [{"mainBranch": True}]})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"
    body = answer.json()
    assert body["_links"]["self"] == {"title": "Pacts to be verified", "href": shop.url + URL}
    (one,) = body["_embedded"]["pacts"]
    assert set(one) == {"shortDescription", "verificationProperties", "_links"}
    assert one["shortDescription"] == "latest from main branch"
    assert one["_links"]["self"]["name"] == "Pact between web (3) and orders"
    properties = one["verificationProperties"]
    assert set(properties) == {"pending", "notices"}
    assert properties["pending"] is True
    assert all(set(notice) == {"when", "text"} for notice in properties["notices"])
    assert {notice["when"] for notice in properties["notices"]} == {"before_verification", *AFTER}
    href = one["_links"]["self"]["href"]
    assert "?" not in href
    assert href.startswith(f"{shop.url}/pacts/provider/orders/consumer/web/pact-version/")
    metadata = decode(href.rpartition("/")[2])
    assert (metadata.versions, metadata.pending, metadata.wip) == (("3",), True, False)
    assert (metadata.selectors[0].branch, metadata.selectors[0].latest) == ("main", True)
    assert href.rpartition("/metadata/")[0] in properties["notices"][0]["text"]


def test_the_pact_behind_the_link_publishes_results_under_the_same_metadata(shop: Broker) -> None:
    (one,) = ask(shop, {"mainBranch": True})
    href = one["_links"]["self"]["href"]
    links = shop.read(href)["_links"]
    assert links["pb:publish-verification-results"]["href"] == f"{href}/verification-results"
    assert [link["name"] for link in links["pb:consumer-versions"]] == ["3"]


SELECTED: tuple[tuple[list[dict[str, Any]], list[tuple[str, str]]], ...] = (
    (
        [],
        [
            ("1", "latest"),
            ("1", "deployed to production"),
            ("2", "released in store"),
            ("3", "latest from main branch"),
        ],
    ),
    ([{"latest": True}], [("1", "latest"), ("4", "latest")]),
    ([{"latest": True, "consumer": "web"}], [("4", "latest")]),
    ([{"latest": True, "consumer": "nobody"}], []),
    ([{"mainBranch": True}], [("3", "latest from main branch")]),
    ([{"branch": "feature"}], [("4", "latest from branch feature")]),
    ([{"branch": True}], [("3", "latest from branch main"), ("4", "latest from branch feature")]),
    ([{"matchingBranch": True}], [("4", "latest from matching branch feature")]),
    ([{"branch": "none", "fallbackBranch": "main"}], [("3", "latest from branch main (fallback for none)")]),
    ([{"tag": "dev"}], [("1", "one of dev"), ("4", "one of dev")]),
    ([{"tag": "dev", "latest": True}], [("4", "latest with tag dev")]),
    (
        [{"tag": "none", "latest": True, "fallbackTag": "dev"}],
        [("4", "latest with tag dev (fallback for none)")],
    ),
    ([{"deployed": True}], [("1", "deployed to production")]),
    ([{"deployed": True, "environment": "store"}], []),
    ([{"released": True}], [("2", "released in store")]),
    ([{"deployedOrReleased": True}], [("1", "deployed to production"), ("2", "released in store")]),
    ([{"environment": "store"}], [("2", "released in store")]),
    (
        [{"branch": "feature"}, {"latest": True, "consumer": "web"}, {"tag": "dev", "latest": True}],
        [("4", "latest from branch feature, latest, latest with tag dev")],
    ),
)


def test_each_selector_selects_and_is_described(shop: Broker) -> None:
    found = [(selectors, named(ask(shop, *selectors, providerVersionBranch="feature"))) for selectors, _ in SELECTED]
    assert found == list(SELECTED)


def test_the_head_of_a_branch_without_a_pact_yields_nothing(shop: Broker) -> None:
    version_of(shop, "web", "5", branch="feature")
    assert ask(shop, {"branch": "feature"}) == []


def test_equal_content_of_two_versions_is_verified_once(shop: Broker) -> None:
    send(shop, "5", "/4", branch="other")
    (one,) = ask(shop, {"branch": "feature"}, {"branch": "other"})
    assert named([one]) == [("5", "latest from branch feature, latest from branch other")]
    text = one["verificationProperties"]["notices"][0]["text"]
    assert 'branch "feature": 4' in text
    assert 'branch "other": 5' in text
    assert decode(one["_links"]["self"]["href"].rpartition("/")[2]).versions == ("4", "5")


def test_names_with_slashes_and_spaces_are_escaped_in_links(broker: Broker) -> None:
    document = pact("a/b c", "é d", interaction("asks"))
    publish(broker, "1/2", contract("a/b c", "é d", document), pacticipantName="a/b c", branch="feat/x y")
    answer = broker.client.post("/pacts/provider/%C3%A9%20d/for-verification", json={"includePendingStatus": False})
    (one,) = answer.json()["_embedded"]["pacts"]
    assert "/consumer/a%2Fb%20c/" in one["_links"]["self"]["href"]
    assert broker.read(one["_links"]["self"]["href"])["consumer"] == {"name": "a/b c"}
    assert decode(one["_links"]["self"]["href"].rpartition("/")[2]).versions == ("1/2",)


# --- GET


def test_get_without_parameters_is_where_verifiers_start(shop: Broker) -> None:
    answer = shop.client.get(URL)
    assert answer.status_code == 200
    assert answer.json()["_links"]["self"]["href"] == shop.url + URL
    pacts = answer.json()["_embedded"]["pacts"]
    assert [version for version, _ in named(pacts)] == ["1", "1", "2", "3"]
    for one in pacts:
        assert "deprecated" in one["verificationProperties"]["notices"][0]["text"]


def test_get_takes_tag_selectors_and_the_rest_in_snake_case(shop: Broker) -> None:
    query = {
        "consumer_version_selectors[][tag]": "dev",
        "consumer_version_selectors[][latest]": "true",
        "provider_version_branch": "main",
        "include_pending_status": "false",
        "include_wip_pacts_since": "2020-01-01",
    }
    pacts = shop.client.get(URL, params=query).json()["_embedded"]["pacts"]
    assert named(pacts) == [("4", "latest with tag dev"), ("3", "latest from branch main")]
    assert "pending" not in pacts[0]["verificationProperties"]
    assert pacts[1]["verificationProperties"]["wip"] is True


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("consumer_version_selectors[][latest]=true", "consumer_version_selectors"),
        ("include_pending_status=maybe", "include_pending_status"),
        ("provider_version_tags=a&provider_version_tags[]=b", ""),
    ],
)
def test_get_refuses_what_it_cannot_read(shop: Broker, query: str, place: str) -> None:
    answer = shop.client.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [place]


# --- refusals


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_an_unknown_provider_is_a_404_before_anything_else(broker: Broker, kind: str) -> None:
    url = "/pacts/provider/nobody/for-verification"
    for answer in (
        broker.client.post(url, content=b"{not json", headers={"Content-Type": kind}),
        broker.client.post(url, json={"consumerVersionSelectors": [{}]}),
        broker.client.get(url, params={"include_pending_status": "maybe"}),
        broker.client.get(f"{url}?a=1&a[]=2"),
    ):
        assert answer.status_code == 404
        assert "nobody" in answer.json()["error"]
        assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"


def test_a_body_of_another_type_is_415_and_one_that_is_no_json_400(shop: Broker) -> None:
    assert shop.client.post(URL).status_code == 415
    assert shop.client.post(URL, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    broken = shop.client.post(URL, content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, list(broken.json())) == (400, ["error"])
    charset = {"Content-Type": "application/json; charset=utf-8"}
    assert shop.client.post(URL, content=b"", headers=charset).status_code == 200


def test_a_wrong_request_is_told_every_fault_with_the_index_of_its_selector(shop: Broker) -> None:
    body = {
        "consumerVersionSelectors": [{"latest": True}, {"tag": "a", "branch": "b"}, {"environment": "none"}],
        "providerVersionBranch": "",
        "includeWipPactsSince": "soon",
    }
    errors = shop.client.post(URL, json=body).json()["errors"]
    assert set(errors) == {"consumerVersionSelectors", "providerVersionBranch", "includeWipPactsSince"}
    assert [text[-12:] for text in errors["consumerVersionSelectors"]] == ["(at index 1)", "(at index 2)"]
    assert 'environment with name "none"' in errors["consumerVersionSelectors"][1]
    problem = shop.client.post(URL, json=body, headers=PROBLEM)
    assert problem.headers["content-type"] == "application/problem+json;charset=utf-8"
    assert {one["pointer"] for one in problem.json()["errors"]} == {f"/{place}" for place in errors}


def test_a_provider_without_any_pact_gets_an_empty_list(broker: Broker) -> None:
    version_of(broker, "orders", "p1", branch="main")
    body = broker.client.post(URL, json={"providerVersionBranch": "main", "includeWipPactsSince": "2020-01-01"}).json()
    assert body["_embedded"] == {"pacts": []}


def test_two_separate_accept_lines_are_read_as_one_list(shop: Broker) -> None:
    """The Rust verifier sends them so, in this order: index, GET, POST, pact, branch, result."""
    address = urlsplit(shop.url)
    body = b'{"includePendingStatus":false,"consumerVersionSelectors":[]}'
    head = (
        f"POST {URL} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        "Accept: application/hal+json\r\nAccept: application/json\r\nAccept-Charset: utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=100) as line:
        line.sendall(head.encode() + body)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_the_rust_verifiers_own_sequence_of_requests_works(shop: Broker) -> None:
    hal = {"Accept": "application/hal+json, application/json"}
    two_lines = [("Accept", "application/hal+json"), ("Accept", "application/json"), ("Accept-Charset", "utf-8")]
    with httpx.Client(trust_env=False) as client:
        index = client.get(shop.url, headers=hal).json()["_links"]
        listing = index["pb:provider-pacts-for-verification"]["href"].replace("{provider}", "orders")
        target = client.get(listing, headers=hal).json()["_links"]["self"]["href"]
        wanted = {
            "includePendingStatus": True,
            "includeWipPactsSince": "2020-01-01",
            "consumerVersionSelectors": [{"branch": "feature"}],
            "providerVersionBranch": "main",
        }
        answer = client.post(target, headers=two_lines, json=wanted)
        first, *work = answer.json()["_embedded"]["pacts"]
        assert [one["verificationProperties"].get("wip") for one in (first, *work)] == [None, True]
        document = client.get(first["_links"]["self"]["href"], headers=hal)
        assert document.headers["content-type"].startswith("application/hal+json")
        links = document.json()["_links"]
        provider = client.get(links["pb:provider"]["href"], headers=hal).json()["_links"]
        joined = provider["pb:branch-version"]["href"].format(branch="main", version="8f3c")
        assert client.put(joined, headers=two_lines, json={}).status_code == 201
        tagged = provider["pb:version-tag"]["href"].format(version="8f3c", tag="dev")
        assert client.put(tagged, headers=two_lines, json={}).status_code == 201
        result = {
            "buildUrl": "http://ci/1",
            "providerApplicationVersion": "8f3c",
            "success": True,
            "testResults": [{"interactionId": document.json()["interactions"][0]["_id"], "success": True}],
            "verifiedBy": {
                "implementation": "Pact-Rust",
                "version": "1.4.7",
                "clientLanguage": {"name": "pact-python", "version": "0.5.12.1", "testFramework": "pact_ffi"},
            },
        }
        stored = client.post(links["pb:publish-verification-results"]["href"], headers=two_lines, json=result)
        assert stored.status_code == 201
        assert stored.json()["testResults"] == result["testResults"]
    assert not pending(shop, providerVersionBranch="main")
