"""Many builds that publish the same version at the same moment: one row each, and nobody's contract is overwritten."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

from tests.support.brokers import Broker
from tests.support.pacts import interaction, pact
from tests.support.writing import publish

BUILDS = 20


def _at_once(broker: Broker, act: Callable[[httpx.Client, int], httpx.Response]) -> list[httpx.Response]:
    together = Barrier(BUILDS)

    def run(number: int) -> httpx.Response:
        with httpx.Client(base_url=broker.url, headers=broker.client.headers, timeout=100, verify=False) as mine:
            together.wait(100)
            return act(mine, number)

    with ThreadPoolExecutor(BUILDS) as threads:
        return list(threads.map(run, range(BUILDS)))


def _statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def _publications(broker: Broker) -> list[str]:
    """One link for each revision that is stored."""
    return [link["name"] for link in broker.read("/pacts/provider/Bill")["_links"]["pb:pacts"]]


def test_the_same_contract_is_published_once(broker: Broker) -> None:
    answers = _at_once(broker, lambda client, _: publish(client, "Shop", "1", "Bill", "a", "main", ["dev"]))
    assert _statuses(answers) == {200: BUILDS}
    assert _publications(broker) == ["Shop"]
    versions = broker.read("/pacticipants/Shop/versions")["_embedded"]["versions"]
    assert [version["number"] for version in versions] == ["1"]
    created = [answer for answer in answers if answer.json()["notices"][0]["text"].startswith("Created")]
    assert len(created) == 1


def test_of_different_contracts_for_one_version_the_first_stays(broker: Broker) -> None:
    path = "/pacts/provider/Bill/consumer/Shop/version/1"

    def put(client: httpx.Client, number: int) -> httpx.Response:
        return client.put(path, json=pact("Shop", "Bill", interaction(f"question {number}")))

    answers = _at_once(broker, put)
    assert _statuses(answers) == {201: 1, 409: BUILDS - 1}
    (kept,) = [answer.json() for answer in answers if answer.status_code == 201]
    assert broker.read(path)["interactions"] == kept["interactions"]
    assert _publications(broker) == ["Shop"]


def test_of_different_publications_for_one_version_the_first_stays(broker: Broker) -> None:
    answers = _at_once(broker, lambda client, number: publish(client, "Shop", "1", "Bill", f"q {number}", "main", ()))
    assert _statuses(answers) == {200: 1, 409: BUILDS - 1}
    assert _publications(broker) == ["Shop"]


def test_what_parallel_test_jobs_merge_is_all_kept(broker: Broker) -> None:
    path = "/pacts/provider/Bill/consumer/Shop/version/1"

    def merge(client: httpx.Client, number: int) -> httpx.Response:
        return client.patch(path, json=pact("Shop", "Bill", interaction(f"question {number}")))

    answers = _at_once(broker, merge)
    assert _statuses(answers) == {201: 1, 200: BUILDS - 1}
    assert len(broker.read(path)["interactions"]) == BUILDS
    assert len(_publications(broker)) == BUILDS


def test_a_refused_publication_leaves_nothing_behind(broker: Broker) -> None:
    publish(broker.client, "Shop", "1", "Bill", "a", "main", ())
    body = {"pacticipantName": "Shop", "pacticipantVersionNumber": "1", "branch": "other", "buildUrl": "http://b"}
    refused = publish(broker.client, "Shop", "1", "Bill", "b", "other", ["dev"])
    assert refused.status_code == 409
    version = broker.read("/pacticipants/Shop/versions/1")
    assert [each["name"] for each in version["_embedded"]["branchVersions"]] == ["main"]
    assert (version["_embedded"]["tags"], "updatedAt" in version) == ([], False)
    lookalike = broker.client.post("/contracts/publish", json={**body, "pacticipantName": "shops", "contracts": []})
    assert lookalike.status_code == 409
    assert broker.client.get("/pacticipants/shops").status_code == 404
