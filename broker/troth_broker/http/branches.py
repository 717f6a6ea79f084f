"""Branches, and versions on them, over HTTP."""

from troth_broker.http.hal import Body, curies, link, paged
from troth_broker.http.pages import window
from troth_broker.http.version_view import timestamps
from troth_broker.services import branches, deletes
from troth_broker.services.branches import Joined
from troth_broker.store.branches import Branch
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON


def _document(base: str, owner: str, branch: Branch) -> Body:
    at = {"pacticipant": owner, "branch": branch.name}
    return {
        "name": branch.name,
        **timestamps(branch.created_at, branch.updated_at),
        "_links": {
            "self": link(paths.BRANCH.url(base, **at), "Branch", branch.name),
            "pb:latest-version": link(paths.BRANCH_LATEST_VERSION.url(base, **at), "Latest version on this branch"),
        },
    }


def list_branches(call: Call) -> Reply:
    """An application's branches, the most recently joined first; always in pages."""
    name, page = call.params["pacticipant"], call.page(always=True)
    found = branches.every(call.world, name, window(page), call.parameter("q"))
    entries = [_document(call.base, name, branch) for branch in found.entries]
    body: Body = {
        "_embedded": {"branches": entries},
        "_links": {
            "self": link(call.url, f"Branches of {name}"),
            "pb:branches": [link(entry["_links"]["self"]["href"], name=entry["name"]) for entry in entries],
            "curies": curies(call.base, "branches"),
        },
    }
    return Reply(200, paged(body, call, page, found.total))


def get_branch(call: Call) -> Reply:
    """One branch."""
    name = call.params["pacticipant"]
    return Reply(200, _document(call.base, name, branches.one(call.world, name, call.params["branch"])))


def _membership(call: Call, joined: Joined) -> Reply:
    name, branch, number = (call.params[each] for each in ("pacticipant", "branch", "version"))
    base = call.base
    body: Body = {
        **timestamps(joined.at),
        "_links": {
            "self": link(
                paths.BRANCH_VERSION.url(base, pacticipant=name, branch=branch, version=number), "Branch version"
            ),
            "pb:branch": link(paths.BRANCH.url(base, pacticipant=name, branch=branch), "Branch", branch),
            "pb:version": link(paths.VERSION.url(base, pacticipant=name, version=number), "Version", number),
        },
    }
    return Reply(201 if joined.created else 200, body)


def get_membership(call: Call) -> Reply:
    """A version's place on a branch."""
    at = call.params
    return _membership(call, branches.membership(call.world, at["pacticipant"], at["branch"], at["version"]))


def put_membership(call: Call) -> Reply:
    """Put a version on a branch."""
    at = call.params
    return _membership(call, branches.join(call.world, at["pacticipant"], at["branch"], at["version"]))


def delete_branch(call: Call) -> Reply:
    """Delete a branch; its versions stay."""
    deletes.delete_branch(call.world, call.params["pacticipant"], call.params["branch"])
    return NO_CONTENT


def delete_branches(call: Call) -> Reply:
    """Delete the branches of an application but those named and the main branch, before the answer goes out."""
    kept = [value for name, value in call.query if name in {"exclude[]", "exclude"}]
    count = deletes.delete_branches(call.world, call.params["pacticipant"], kept)
    text = f"Deleted {count} branch{'' if count == 1 else 'es'} of {call.params['pacticipant']}"
    return Reply(202, {"notices": [{"type": "success", "text": text}]})


def delete_membership(call: Call) -> Reply:
    """Take a version off a branch."""
    at = call.params
    deletes.leave_branch(call.world, at["pacticipant"], at["branch"], at["version"])
    return NO_CONTENT


ROUTES = (
    Route(
        paths.BRANCHES,
        {
            "GET": Action(list_branches, "The branches of an application", query=("q", "page", "size")),
            "DELETE": Action(
                delete_branches,
                "Delete the branches of an application but those named and the main branch",
                query=("exclude[]",),
                answers={202: "They are gone"},
            ),
        },
    ),
    Route(
        paths.BRANCH,
        {
            "GET": Action(get_branch, "A branch of an application"),
            "DELETE": Action(delete_branch, "Delete a branch; its versions stay", answers={204: "It is gone"}),
        },
    ),
    Route(
        paths.BRANCH_VERSION,
        {
            "GET": Action(get_membership, "A version's place on a branch"),
            "PUT": Action(
                put_membership,
                "Put a version on a branch",
                consumes=(JSON,),
                answers={200: "It was on it", 201: "It is on it now"},
            ),
            "DELETE": Action(delete_membership, "Take a version off a branch", answers={204: "It is off"}),
        },
    ),
)
