"""The provider states that a provider has to know, over HTTP."""

from typing import Any

from tests.support.brokers import Broker
from tests.support.pacts import deployed, environment, interaction, pact, put

STATES = "/pacts/provider/billing/provider-states"


def _names(broker: Broker, path: str) -> list[tuple[str, list[str]]]:
    return [(each["name"], each["consumers"]) for each in broker.read(path)["providerStates"]]


def test_states_of_main_branches_are_listed_once_by_name_with_their_consumers(broker: Broker) -> None:
    paid, unpaid = interaction("a", state="a paid invoice"), interaction("b", state="an unpaid invoice")
    put(broker, pact("web", "billing", unpaid, paid), "1", branch="main")
    put(broker, pact("app", "billing", paid, interaction("no state")), "1", branch="main")
    put(broker, pact("web", "billing", interaction("c", state="an old wish")), "0", branch="wish")
    assert _names(broker, STATES) == [("a paid invoice", ["app", "web"]), ("an unpaid invoice", ["web"])]
    assert _names(broker, f"{STATES}/branch/wish") == [("an old wish", ["web"])]
    assert _names(broker, f"{STATES}/branch/none") == []


def test_one_state_with_two_sets_of_parameters_is_listed_twice(broker: Broker) -> None:
    def given(description: str, params: Any) -> dict[str, Any]:
        states = [{"name": "an invoice", **({"params": params} if params else {})}]
        return {**interaction(description), "providerStates": states}

    content = pact("web", "billing", given("a", {"id": 1}), given("b", {"id": 12345678901234567890123}), given("c", {}))
    put(broker, content, "1", branch="main")
    found = broker.read(STATES)["providerStates"]
    assert [each["params"] for each in found] == [{"id": 12345678901234567890123}, {"id": 1}, {}]


def test_states_of_an_environment_are_those_of_what_runs_there(broker: Broker) -> None:
    environment(broker, "live")
    for version in ("1", "2"):
        state = interaction(f"asks {version}", state=f"state {version}")
        put(broker, pact("web", "billing", state), version, branch="main")
    deployed(broker, "web", "1", "live")
    assert _names(broker, f"{STATES}/environment/live") == [("state 1", ["web"])]
    assert _names(broker, f"{STATES}/environment/nowhere") == []


def test_a_provider_that_nobody_knows_is_not_found(broker: Broker) -> None:
    answer = broker.client.get("/pacts/provider/nobody/provider-states")
    assert answer.status_code == 404
    assert "nobody" in answer.text
