"""Deployments over HTTP (pact_broker resource "deployed version")."""

from collections.abc import Iterable

from troth_broker.core.deployments import ends, read_instance
from troth_broker.core.times import iso
from troth_broker.http.environments import environment_document
from troth_broker.http.hal import Body, link, without_nulls
from troth_broker.http.version_view import embedded_version, timestamps
from troth_broker.services import deployments
from troth_broker.services.deployments import Placed
from troth_broker.store.deployments import Deployment, Instances
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply, created
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON, MERGE_PATCH


def embedded_pacticipant(base: str, name: str) -> Body:
    """An application inside another resource."""
    return {
        "name": name,
        "_links": {"self": link(paths.PACTICIPANT.url(base, pacticipant=name), "Pacticipant", name)},
    }


def _entry(it: Deployment, base: str) -> Body:
    return without_nulls(
        {
            "uuid": it.uuid,
            "currentlyDeployed": it.stands,
            "applicationInstance": it.instance,
            "target": it.instance,
            "undeployedAt": None if it.ended_at is None else iso(it.ended_at),
            **timestamps(it.happened_at, it.ended_at),
            "_links": {"self": link(paths.DEPLOYED_VERSION.url(base, uuid=it.uuid), "Deployed version")},
        }
    )


def _with_version(it: Deployment, base: str) -> Body:
    return {
        **_entry(it, base),
        "_embedded": {
            "pacticipant": embedded_pacticipant(base, it.application),
            "version": embedded_version(base, it.application, it.version),
        },
    }


def _document(placed: Placed, base: str) -> Body:
    body = _with_version(placed.deployment, base)
    body["_embedded"]["environment"] = environment_document(placed.environment, base)
    return body


def _list(call: Call, title: str, entries: Iterable[Body]) -> Reply:
    url = f"{call.url}?{call.query_string}" if call.query_string else call.url
    body: Body = {"_embedded": {"deployedVersions": list(entries)}, "_links": {"self": link(url, title)}}
    return Reply(200, body)


def get_deployment(call: Call) -> Reply:
    """One deployment."""
    return Reply(200, _document(deployments.one(call.world, call.params["uuid"]), call.base))


def patch_deployment(call: Call) -> Reply:
    """End a deployment."""
    uuid = call.params["uuid"]
    deployments.one(call.world, uuid)  # a deployment that is not there comes before a body that is wrong
    over = ends(call.json_object(empty={}), "currentlyDeployed", "record a deployment instead")
    placed = (deployments.end if over else deployments.one)(call.world, uuid)
    return Reply(200, _document(placed, call.base))


def post_deployment(call: Call) -> Reply:
    """Record that a version runs in an environment now."""
    at, instance = call.params, read_instance(call.json_object(empty={}))
    placed = deployments.record(call.world, at["pacticipant"], at["version"], at["uuid"], instance)
    return created(_document(placed, call.base), paths.DEPLOYED_VERSION.url(call.base, uuid=placed.deployment.uuid))


def list_of_version(call: Call) -> Reply:
    """Every deployment of a version to an environment."""
    at = call.params
    found = deployments.of_version(call.world, at["pacticipant"], at["version"], at["uuid"])
    title = f"Deployments of {at['pacticipant']} {at['version']} to this environment"
    return _list(call, title, (_entry(each, call.base) for each in found))


def list_current(call: Call) -> Reply:
    """What runs in an environment now."""
    found = deployments.current(call.world, call.params["uuid"], call.parameter("pacticipant"), _instance(call))
    title = "Versions that are deployed to this environment now"
    return _list(call, title, (_with_version(each, call.base) for each in found))


def _instance(call: Call) -> str | Instances:
    """The instance that the query asks for; a blank value asks for deployments without one."""
    for name, value in reversed(call.query):
        if name in {"applicationInstance", "target"}:
            return value or Instances.UNNAMED
    return Instances.ALL


ROUTES = (
    Route(
        paths.DEPLOYED_VERSION,
        {
            "GET": Action(get_deployment, "A deployment"),
            "PATCH": Action(
                patch_deployment,
                "End a deployment",
                consumes=(MERGE_PATCH,),
                answers={200: "It is over, or nothing was to change", 422: "A deployment does not begin by a change"},
            ),
        },
    ),
    Route(
        paths.VERSION_DEPLOYMENTS,
        {
            "GET": Action(list_of_version, "The deployments of a version to an environment"),
            "POST": Action(
                post_deployment,
                "Record that a version runs in an environment now",
                consumes=(JSON,),
                answers={201: "It runs there"},
            ),
        },
    ),
    Route(
        paths.CURRENTLY_DEPLOYED,
        {
            "GET": Action(
                list_current,
                "What runs in an environment now",
                query=("pacticipant", "applicationInstance", "target"),
            )
        },
    ),
)
