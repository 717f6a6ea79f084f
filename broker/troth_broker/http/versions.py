"""Versions of applications over HTTP."""

from troth_broker.core.pages import Paged
from troth_broker.http.hal import Body, curies, link, paged
from troth_broker.http.pages import window
from troth_broker.http.version_view import version_document, version_entry
from troth_broker.services import deletes, versions
from troth_broker.services.versions import Shown
from troth_broker.store.version_views import VersionView
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON, MERGE_PATCH

_PAGING = ("page", "size")


def _document(call: Call, shown: Shown, url: str | None = None) -> Body:
    return version_document(shown.view, call.base, url or call.url, shown.environments)


def get_version(call: Call) -> Reply:
    """One version."""
    return Reply(200, _document(call, versions.one(call.world, call.params["pacticipant"], call.params["version"])))


def put_version(call: Call) -> Reply:
    """Record a version as the body describes it."""
    return _save(call, replace=True)


def patch_version(call: Call) -> Reply:
    """Record a version, and change what the body names of it."""
    return _save(call, replace=False)


def _save(call: Call, *, replace: bool) -> Reply:
    body = call.json_object(empty={})
    shown = versions.save(call.world, call.params["pacticipant"], call.params["version"], body, replace=replace)
    return Reply(201 if shown.created else 200, _document(call, shown))


def delete_version(call: Call) -> Reply:
    """Delete a version with all that hangs on it."""
    deletes.delete_version(call.world, call.params["pacticipant"], call.params["version"])
    return NO_CONTENT


def get_latest(call: Call) -> Reply:
    """The newest version, or the newest with a tag."""
    return Reply(200, _document(call, versions.newest(call.world, call.params["pacticipant"], call.params.get("tag"))))


def get_head(call: Call) -> Reply:
    """The version that joined a branch last."""
    return Reply(200, _document(call, versions.head(call.world, call.params["pacticipant"], call.params["branch"])))


def _list(call: Call, title: str, found: Paged[VersionView]) -> Reply:
    base, name = call.base, call.params["pacticipant"]
    entries = [version_entry(view, base) for view in found.entries]
    links = [link(entry["_links"]["self"]["href"], "Version", entry["number"]) for entry in entries]
    body: Body = {
        "_embedded": {"versions": entries},
        "_links": {
            "self": link(call.url, title),
            "pb:pacticipant": link(paths.PACTICIPANT.url(base, pacticipant=name), "Pacticipant", name),
            "pb:versions": links,
            "curies": curies(base, "versions"),
        },
    }
    return Reply(200, paged(body, call, call.page(), found.total))


def list_versions(call: Call) -> Reply:
    """Every version of an application."""
    name = call.params["pacticipant"]
    return _list(call, f"All versions of {name}", versions.every(call.world, name, window(call.page())))


def list_tagged(call: Call) -> Reply:
    """The versions of an application with a tag."""
    name, tag = call.params["pacticipant"], call.params["tag"]
    found = versions.with_tag(call.world, name, tag, window(call.page()))
    return _list(call, f"Versions of {name} with tag {tag}", found)


def list_on_branch(call: Call) -> Reply:
    """The versions on a branch."""
    name, branch = call.params["pacticipant"], call.params["branch"]
    found = versions.on_branch(call.world, name, branch, window(call.page()))
    return _list(call, f"Versions of {name} on branch {branch}", found)


def list_ever_in_environment(call: Call) -> Reply:
    """The versions that were ever deployed or released to an environment."""
    name = call.params["pacticipant"]
    found = versions.ever_in_environment(call.world, name, call.params["uuid"], window(call.page()))
    return _list(call, f"Versions of {name} that were deployed or released there", found)


def list_in_environments(call: Call) -> Reply:
    """The versions that are deployed, or released and supported."""
    name = call.params["pacticipant"]
    found = versions.in_environments(call.world, name, window(call.page()))
    return _list(call, f"Versions of {name} that are deployed or supported", found)


ROUTES = (
    Route(paths.VERSIONS, {"GET": Action(list_versions, "The versions of an application", query=_PAGING)}),
    Route(
        paths.VERSION,
        {
            "GET": Action(get_version, "A version of an application"),
            "PUT": Action(
                put_version,
                "Record a version",
                consumes=(JSON,),
                answers={200: "It was there", 201: "It is new"},
            ),
            "PATCH": Action(
                patch_version,
                "Record a version, or change what is named of it",
                consumes=(MERGE_PATCH,),
                answers={200: "It was there", 201: "It is new"},
            ),
            "DELETE": Action(delete_version, "Delete a version with all that hangs on it", answers={204: "It is gone"}),
        },
    ),
    Route(paths.LATEST_VERSION, {"GET": Action(get_latest, "The newest version of an application")}),
    Route(paths.LATEST_TAGGED_VERSION, {"GET": Action(get_latest, "The newest version with a tag")}),
    Route(paths.BRANCH_LATEST_VERSION, {"GET": Action(get_head, "The head of a branch")}),
    Route(paths.TAG_VERSIONS, {"GET": Action(list_tagged, "The versions with a tag", query=_PAGING)}),
    Route(paths.BRANCH_VERSIONS, {"GET": Action(list_on_branch, "The versions on a branch", query=_PAGING)}),
    Route(
        paths.PACTICIPANT_ENVIRONMENT_VERSIONS,
        {"GET": Action(list_ever_in_environment, "The versions that were ever in an environment", query=_PAGING)},
    ),
    Route(
        paths.DEPLOYED_OR_RELEASED_VERSIONS,
        {"GET": Action(list_in_environments, "The versions that are in any environment", query=_PAGING)},
    ),
)
