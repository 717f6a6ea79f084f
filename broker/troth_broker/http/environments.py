"""Environments over HTTP (pact_broker resource "environment")."""

from troth_broker.http.hal import Body, curies, link, without_nulls
from troth_broker.http.version_view import timestamps
from troth_broker.services import environments
from troth_broker.store.environments import Environment
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply, created
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON


def environment_document(it: Environment, base: str) -> Body:
    """An environment with its links."""
    return without_nulls(
        {
            "uuid": it.uuid,
            "name": it.name,
            "displayName": it.display_name,
            "production": it.production,
            "contacts": it.people,
            **timestamps(it.created_at, it.updated_at),
            "_links": {
                "self": link(paths.ENVIRONMENT.url(base, uuid=it.uuid), "Environment", it.name),
                "pb:currently-deployed-deployed-versions": link(
                    paths.CURRENTLY_DEPLOYED.url(base, uuid=it.uuid),
                    f"Versions that are deployed to {it.display_name or it.name} now",
                ),
                "pb:currently-supported-released-versions": link(
                    paths.CURRENTLY_SUPPORTED.url(base, uuid=it.uuid),
                    f"Versions that are released to {it.display_name or it.name} and supported now",
                ),
                "pb:policy": link(paths.ENVIRONMENT_POLICY.url(base, uuid=it.uuid), "What counts as proof there"),
                "pb:environments": link(paths.ENVIRONMENTS.url(base), "Environments"),
                "curies": curies(base, "environment"),
            },
        }
    )


def list_environments(call: Call) -> Reply:
    """Every environment, or the one of a name."""
    entries = [environment_document(each, call.base) for each in environments.every(call.world, call.parameter("name"))]
    body: Body = {
        "_embedded": {"environments": entries},
        "_links": {
            "self": link(call.url, "Environments"),
            "pb:environments": [
                link(entry["_links"]["self"]["href"], "Environment", entry["name"]) for entry in entries
            ],
            "curies": curies(call.base, "environments"),
        },
    }
    return Reply(200, body)


def post_environment(call: Call) -> Reply:
    """Make an environment."""
    made = environments.create(call.world, call.json_object(empty={}))
    return created(environment_document(made, call.base), paths.ENVIRONMENT.url(call.base, uuid=made.uuid))


def get_environment(call: Call) -> Reply:
    """One environment."""
    return Reply(200, environment_document(environments.one(call.world, call.params["uuid"]), call.base))


def put_environment(call: Call) -> Reply:
    """Change an environment to what the body says."""
    changed = environments.replace(call.world, call.params["uuid"], call.json_object(empty={}))
    return Reply(200, environment_document(changed, call.base))


def delete_environment(call: Call) -> Reply:
    """Delete an environment with every deployment and release in it."""
    environments.delete(call.world, call.params["uuid"])
    return NO_CONTENT


ROUTES = (
    Route(
        paths.ENVIRONMENTS,
        {
            "GET": Action(list_environments, "The environments", query=("name",)),
            "POST": Action(post_environment, "Make an environment", consumes=(JSON,), answers={201: "It is made"}),
        },
    ),
    Route(
        paths.ENVIRONMENT,
        {
            "GET": Action(get_environment, "An environment"),
            "PUT": Action(put_environment, "Change an environment to what the body says", consumes=(JSON,)),
            "DELETE": Action(
                delete_environment,
                "Delete an environment with every deployment and release in it",
                answers={204: "It is gone"},
            ),
        },
    ),
)
