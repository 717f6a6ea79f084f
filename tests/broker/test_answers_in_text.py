"""The questions that are also answered as text, and the results of a consumer version: whole, readable answers."""

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import deployed, environment, interaction, pact, put, verified

TEXT = {"Accept": "text/plain"}


def shop(broker: Broker) -> None:
    """A shop on main with two providers: one verified and deployed, one that failed."""
    environment(broker, "test")
    verified(broker, put(broker, pact("shop", "billing", interaction("pays")), "1", branch="main"), "b1", branch="main")
    verified(broker, put(broker, pact("shop", "stock", interaction("counts")), "1"), "s1", success=False)
    put(broker, pact("shop", "mail", interaction("writes")), "1")
    deployed(broker, "billing", "b1", "test")
    deployed(broker, "stock", "s1", "test")


def test_whether_a_branch_may_be_deployed_is_answered_as_text(broker: Broker) -> None:
    shop(broker)
    path = "/pacticipants/shop/branches/main/latest-version/can-i-deploy/to-environment/test"
    same_as_golden("can_i_deploy_branch_text", broker.client.get(path, headers=TEXT))
    missing = broker.client.get(path.replace("main", "none"), headers=TEXT)
    assert missing.status_code == 404


def test_whether_a_version_may_be_deployed_is_answered_as_text(broker: Broker) -> None:
    shop(broker)
    path = "/can-i-deploy?pacticipant=shop&version=1&environment=test"
    same_as_golden("can_i_deploy_text", broker.client.get(path, headers=TEXT))


def test_the_results_of_a_consumer_version_are_summed_up_by_provider(broker: Broker) -> None:
    shop(broker)
    same_as_golden(
        "results_of_consumer_version", broker.client.get("/verification-results/consumer/shop/version/1/latest")
    )
