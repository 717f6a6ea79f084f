"""Releases over HTTP (pact_broker resource "released version")."""

from collections.abc import Iterable

from troth_broker.core.deployments import ends
from troth_broker.core.times import iso
from troth_broker.http.deployments import embedded_pacticipant
from troth_broker.http.environments import environment_document
from troth_broker.http.hal import Body, link, without_nulls
from troth_broker.http.version_view import embedded_version, timestamps
from troth_broker.services import releases
from troth_broker.services.releases import Given
from troth_broker.store.releases import Release
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply, created
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON, MERGE_PATCH


def _entry(it: Release, base: str) -> Body:
    return without_nulls(
        {
            "uuid": it.uuid,
            "currentlySupported": it.stands,
            "supportEndedAt": None if it.stands else iso(it.changed_at),
            **timestamps(it.happened_at, it.changed_at),
            "_links": {"self": link(paths.RELEASED_VERSION.url(base, uuid=it.uuid), "Released version")},
        }
    )


def _with_version(it: Release, base: str) -> Body:
    return {
        **_entry(it, base),
        "_embedded": {
            "pacticipant": embedded_pacticipant(base, it.application),
            "version": embedded_version(base, it.application, it.version),
        },
    }


def _document(given: Given, base: str) -> Body:
    body = _with_version(given.release, base)
    body["_embedded"]["environment"] = environment_document(given.environment, base)
    return body


def _list(call: Call, title: str, entries: Iterable[Body]) -> Reply:
    url = f"{call.url}?{call.query_string}" if call.query_string else call.url
    body: Body = {"_embedded": {"releasedVersions": list(entries)}, "_links": {"self": link(url, title)}}
    return Reply(200, body)


def get_release(call: Call) -> Reply:
    """One release."""
    return Reply(200, _document(releases.one(call.world, call.params["uuid"]), call.base))


def patch_release(call: Call) -> Reply:
    """End the support of a release."""
    uuid = call.params["uuid"]
    releases.one(call.world, uuid)  # a release that is not there comes before a body that is wrong
    over = ends(call.json_object(empty={}), "currentlySupported", "record a release instead")
    given = (releases.end if over else releases.one)(call.world, uuid)
    return Reply(200, _document(given, call.base))


def post_release(call: Call) -> Reply:
    """Record that a version is given out and supported in an environment."""
    call.json_object(empty={})
    at = call.params
    given = releases.record(call.world, at["pacticipant"], at["version"], at["uuid"])
    body = _document(given, call.base)
    if not given.created:
        return Reply(200, body)
    return created(body, paths.RELEASED_VERSION.url(call.base, uuid=given.release.uuid))


def list_of_version(call: Call) -> Reply:
    """The release of a version to an environment."""
    at = call.params
    found = releases.of_version(call.world, at["pacticipant"], at["version"], at["uuid"])
    title = f"Releases of {at['pacticipant']} {at['version']} to this environment"
    return _list(call, title, (_entry(each, call.base) for each in found))


def list_supported(call: Call) -> Reply:
    """What is supported in an environment now."""
    found = releases.supported(
        call.world, call.params["uuid"], call.parameter("pacticipant"), call.parameter("version")
    )
    title = "Versions that are released to this environment and supported now"
    return _list(call, title, (_with_version(each, call.base) for each in found))


ROUTES = (
    Route(
        paths.RELEASED_VERSION,
        {
            "GET": Action(get_release, "A release"),
            "PATCH": Action(
                patch_release,
                "End the support of a release",
                consumes=(MERGE_PATCH,),
                answers={200: "It is over, or nothing was to change", 422: "Support does not begin by a change"},
            ),
        },
    ),
    Route(
        paths.VERSION_RELEASES,
        {
            "GET": Action(list_of_version, "The release of a version to an environment"),
            "POST": Action(
                post_release,
                "Record that a version is given out and supported in an environment",
                consumes=(JSON,),
                answers={200: "It was released there before", 201: "It is released there now"},
            ),
        },
    ),
    Route(
        paths.CURRENTLY_SUPPORTED,
        {"GET": Action(list_supported, "What is supported in an environment now", query=("pacticipant", "version"))},
    ),
)
