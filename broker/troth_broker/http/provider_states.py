"""A provider's states over HTTP, as the Pact command line lists them."""

from troth_broker.services import provider_states
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route


def list_states(call: Call) -> Reply:
    """The states that a provider's consumers rely on."""
    found = provider_states.of_provider(
        call.world,
        call.params["provider"],
        branch=call.params.get("branch"),
        environment=call.params.get("environment"),
    )
    listed = [{"name": it.name, "params": dict(it.params), "consumers": list(it.consumers)} for it in found]
    return Reply(200, {"providerStates": listed})


def _list(summary: str) -> dict[str, Action]:
    return {"GET": Action(list_states, summary, answers={200: "The states", 404: "A name that nobody uses"})}


ROUTES = (
    Route(paths.PROVIDER_STATES, _list("The states of the pacts on consumers' main branches")),
    Route(paths.PROVIDER_STATES_WITH_BRANCH, _list("The states of the pacts on a branch")),
    Route(paths.PROVIDER_STATES_WITH_ENVIRONMENT, _list("The states of the pacts that live in an environment")),
)
