"""Policies over HTTP: what counts as proof for an integration or an environment."""

from troth_broker.core.policy_document import policy_document
from troth_broker.core.times import iso
from troth_broker.http.hal import Body, curies, link
from troth_broker.services import policies
from troth_broker.services.policies import Find, PolicyVersion
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON


def _entry(one: PolicyVersion) -> Body:
    body: Body = {"version": one.version, "policy": policy_document(one.rules)}
    return body if one.since is None else {**body, "since": iso(one.since)}


def _document(one: PolicyVersion, call: Call) -> Body:
    links = {
        "self": link(call.url, "Policy"),
        "pb:policy-versions": link(f"{call.url}/versions", "Every version of this policy"),
        "curies": curies(call.base, "policy"),
    }
    return {**_entry(one), "_links": links}


def _about(call: Call) -> Find:
    """Whom the policy of a call is about."""
    params = call.params
    if "uuid" in params:
        return policies.of_environment(params["uuid"])
    return policies.of_integration(params["consumer"], params["provider"])


def get_policy(call: Call) -> Reply:
    """The policy that counts; version 0 says nothing, so that the default does."""
    return Reply(200, _document(policies.current(call.world, _about(call)), call))


def put_policy(call: Call) -> Reply:
    """Make the policy what the body says."""
    return Reply(200, _document(policies.set_policy(call.world, _about(call), call.json_object()), call))


def policy_versions(call: Call) -> Reply:
    """Every version of the policy, the newest first."""
    found = policies.history(call.world, _about(call))
    body: Body = {
        "versions": [_entry(one) for one in found],
        "_links": {
            "self": link(call.url, "Every version of this policy"),
            "pb:policy": link(call.url.removesuffix("/versions"), "Policy"),
            "curies": curies(call.base, "policy"),
        },
    }
    return Reply(200, body)


_POLICY = {
    "GET": Action(get_policy, "What counts as proof"),
    "PUT": Action(put_policy, "Change what counts as proof", consumes=(JSON,)),
}
_VERSIONS = {"GET": Action(policy_versions, "Every version of what counts as proof")}
ROUTES = (
    Route(paths.INTEGRATION_POLICY, _POLICY),
    Route(paths.INTEGRATION_POLICY_VERSIONS, _VERSIONS),
    Route(paths.ENVIRONMENT_POLICY, _POLICY),
    Route(paths.ENVIRONMENT_POLICY_VERSIONS, _VERSIONS),
)
