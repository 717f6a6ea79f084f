"""Applications over HTTP (pact_broker resource "pacticipant")."""

from troth_broker.core.display_names import display_name
from troth_broker.core.pages import Paged
from troth_broker.http.hal import Body, curies, link, paged, without_nulls
from troth_broker.http.pages import window
from troth_broker.http.version_view import deployed_links, embedded_version, timestamps
from troth_broker.services import deletes, pacticipants
from troth_broker.store.pacticipants import ApplicationView
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply, created
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON, MERGE_PATCH
from troth_broker.web.paths import Var

_OLD_LATEST = "Deprecated: use latestVersion"
_OLD_LIST = "Deprecated: use pb:pacticipants"


def pacticipant_document(view: ApplicationView, base: str) -> Body:
    """An application with its links, among them the templates that verifiers follow."""
    it = view.application
    return without_nulls(
        {
            "name": it.name,
            "displayName": it.display_name or display_name(it.name),
            "repositoryUrl": it.repository_url,
            "repositoryName": it.repository_name,
            "repositoryNamespace": it.repository_namespace,
            "mainBranch": it.main_branch,
            **timestamps(it.created_at, it.updated_at),
            "_embedded": _embedded(view, base),
            "_links": _links(view, base),
        }
    )


def _embedded(view: ApplicationView, base: str) -> Body:
    name = view.application.name
    found: Body = {
        "labels": [
            {
                "name": label,
                "_links": {
                    "self": link(paths.PACTICIPANT_LABEL.url(base, pacticipant=name, label=label), "Label", label)
                },
            }
            for label in view.labels
        ]
    }
    if view.newest is not None:
        newest = embedded_version(base, name, view.newest, view.newest_branches)
        found["latestVersion"] = newest
        found["latest-version"] = {**newest, "title": _OLD_LATEST, "name": _OLD_LATEST}
    return found


def _links(view: ApplicationView, base: str) -> Body:
    name = view.application.name
    versions = paths.VERSIONS.url(base, pacticipant=name)
    to_tag = paths.CAN_I_DEPLOY_TO_TAG_BADGE.url(base, pacticipant=name, tag=Var("tag"), to=Var("environmentTag"))
    return {
        "self": link(paths.PACTICIPANT.url(base, pacticipant=name), "Pacticipant", name),
        "pb:versions": link(versions, f"All versions of {name}"),
        "pb:version": link(
            paths.VERSION.template(base, pacticipant=name), "Get, create or delete a version", templated=True
        ),
        "pb:version-tag": link(
            paths.VERSION_TAG.template(base, pacticipant=name),
            "Get, create or delete a tag of a version",
            templated=True,
        ),
        "pb:branches": link(paths.BRANCHES.url(base, pacticipant=name), f"All branches of {name}"),
        "pb:branch-version": link(
            paths.BRANCH_VERSION.template(base, pacticipant=name),
            "Get a version on a branch, or put it there",
            templated=True,
        ),
        "pb:label": link(
            paths.PACTICIPANT_LABEL.template(base, pacticipant=name), "Get, create or delete a label", templated=True
        ),
        "pb:deployed-environments": deployed_links(base, view.deployments),
        "pb:provider-contracts": link(
            paths.PROVIDER_CONTRACTS.url(base, provider=name), f"All provider contracts of {name}"
        ),
        "versions": link(versions, "Deprecated: use pb:versions"),
        "pb:can-i-deploy-badge": link(to_tag, f"Can {name} be deployed: badge by tags", templated=True),
        "pb:can-i-deploy-branch-to-environment-badge": link(
            paths.CAN_I_DEPLOY_TO_ENVIRONMENT_BADGE.template(base, pacticipant=name),
            f"Can {name} be deployed: badge by branch and environment",
            templated=True,
        ),
        "curies": curies(base, "pacticipant"),
    }


def _list(call: Call, found: Paged[ApplicationView]) -> Reply:
    base = call.base
    entries = [pacticipant_document(view, base) for view in found.entries]
    named = [(entry["name"], entry["_links"]["self"]["href"]) for entry in entries]
    body: Body = {
        "_embedded": {"pacticipants": entries},
        "_links": {
            "self": link(call.url, "Pacticipants"),
            "pb:pacticipants-with-label": link(
                paths.PACTICIPANTS_WITH_LABEL.template(base), "Find pacticipants by label", templated=True
            ),
            "pb:pacticipants": [link(href, "Pacticipant", name) for name, href in named],
            "pacticipants": [link(href, name, _OLD_LIST) for name, href in named],
            "curies": curies(base, "pacticipants"),
        },
        "pacticipants": entries,
    }
    return Reply(200, paged(body, call, call.page(), found.total))


def list_pacticipants(call: Call) -> Reply:
    """Every application, or those whose name holds a part."""
    return _list(call, pacticipants.every(call.world, window(call.page()), call.parameter("q")))


def list_with_label(call: Call) -> Reply:
    """The applications with a label."""
    return _list(call, pacticipants.with_label(call.world, call.params["label"], window(call.page())))


def post_pacticipant(call: Call) -> Reply:
    """Make an application, or change the one of that name."""
    view = pacticipants.create(call.world, call.json_object(empty={}))
    location = paths.NEW_PACTICIPANT_LOCATION.url(call.base, pacticipant=view.application.name)
    return created(pacticipant_document(view, call.base), location)


def get_pacticipant(call: Call) -> Reply:
    """One application."""
    return Reply(200, pacticipant_document(pacticipants.one(call.world, call.params["pacticipant"]), call.base))


def put_pacticipant(call: Call) -> Reply:
    """Change an application to what the body says."""
    view = pacticipants.replace(call.world, call.params["pacticipant"], call.json_object(empty={}))
    return Reply(200, pacticipant_document(view, call.base))


def patch_pacticipant(call: Call) -> Reply:
    """Change what the body names of an application, which is made if there is none."""
    saved = pacticipants.change(call.world, call.params["pacticipant"], call.json_object(empty={}))
    return Reply(201 if saved.created else 200, pacticipant_document(saved.view, call.base))


def delete_pacticipant(call: Call) -> Reply:
    """Delete an application with all that hangs on it."""
    deletes.delete_application(call.world, call.params["pacticipant"])
    return NO_CONTENT


_PAGING = ("page", "size")

ROUTES = (
    Route(
        paths.PACTICIPANTS,
        {
            "GET": Action(list_pacticipants, "The applications", query=("q", *_PAGING)),
            "POST": Action(
                post_pacticipant,
                "Make an application, or change the one of that name",
                consumes=(JSON,),
                answers={201: "It is there now"},
            ),
        },
    ),
    Route(
        paths.PACTICIPANTS_WITH_LABEL,
        {"GET": Action(list_with_label, "The applications with a label", query=_PAGING)},
    ),
    Route(
        paths.PACTICIPANT,
        {
            "GET": Action(get_pacticipant, "An application"),
            "PUT": Action(put_pacticipant, "Change an application to what the body says", consumes=(JSON,)),
            "PATCH": Action(
                patch_pacticipant,
                "Change what the body names of an application",
                consumes=(JSON, MERGE_PATCH),
                answers={200: "It was there", 201: "It is new"},
            ),
            "DELETE": Action(
                delete_pacticipant,
                "Delete an application with all that hangs on it",
                answers={204: "It is gone"},
            ),
        },
    ),
)
