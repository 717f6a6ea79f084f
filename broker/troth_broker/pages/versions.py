"""Versions in lists, and one of them: its contracts, where it runs, and where it may go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from troth_broker.core.pages import Paged, Window
from troth_broker.pages.engine import page
from troth_broker.pages.links import To
from troth_broker.pages.paging import Pager, asked
from troth_broker.pages.words import YES, Mark, class_mark
from troth_broker.services import contracts, environments, matrix, results, versions
from troth_broker.services.versions import Shown
from troth_broker.store.environments import Environment
from troth_broker.store.version_views import VersionView
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Handler, Route
from troth_broker.web.negotiation import HTML
from troth_schemas.pairs import comparable

_SIZE = 50
_ASKED = 6
"""For how many environments the gate is asked on one page."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a version may go to an environment."""

    environment: Environment
    mark: Mark
    nothing: bool
    """Whether there was nothing to check."""


def every(call: Call) -> Reply:
    """An application's versions."""
    name = call.params["pacticipant"]
    to = To.below(call.base)
    return _list(
        call, "all", lambda window: versions.every(call.world, name, window), lambda n: to.versions(name, page=n)
    )


def on_branch(call: Call) -> Reply:
    """The versions on a branch."""
    name, branch = call.params["pacticipant"], call.params["branch"]
    to = To.below(call.base)
    return _list(
        call,
        f"on branch {branch}",
        lambda window: versions.on_branch(call.world, name, branch, window),
        lambda n: to.branch(name, branch, page=n),
    )


def with_tag(call: Call) -> Reply:
    """The versions with a tag."""
    name, tag = call.params["pacticipant"], call.params["tag"]
    to = To.below(call.base)
    return _list(
        call,
        f"with tag {tag}",
        lambda window: versions.with_tag(call.world, name, tag, window),
        lambda n: to.tag(name, tag, page=n),
    )


def _list(call: Call, which: str, find: Callable[[Window], Paged[VersionView]], address: Callable[[int], str]) -> Reply:
    number, window = asked(call, _SIZE)
    found = find(window)
    return page(
        call,
        "versions.html",
        application=call.params["pacticipant"],
        which=which,
        found=found.entries,
        pager=Pager(number, window.limit, found.total, address),
    )


def one(call: Call) -> Reply:
    """One version."""
    return _page(call, versions.one(call.world, call.params["pacticipant"], call.params["version"]))


def newest(call: Call) -> Reply:
    """An application's newest version, of all or with a tag."""
    return _page(call, versions.newest(call.world, call.params["pacticipant"], call.params.get("tag")))


def head(call: Call) -> Reply:
    """A branch's head."""
    return _page(call, versions.head(call.world, call.params["pacticipant"], call.params["branch"]))


def _page(call: Call, shown: Shown) -> Reply:
    view = shown.view
    places = environments.every(call.world)
    told = results.results_of_consumer_version(call.world, view.application, view.version.number)
    stated = contracts.of_version(call.world, view.application, view.version.number)
    return page(
        call,
        "version.html",
        view=view,
        verdicts={(one.provider, one.format): one for one in told.results},
        gates=_gates(call, view, places),
        more=max(0, len(places) - _ASKED),
        comparable=comparable,
        expected=[one for one in stated if one.consumer is not None and one.format != "pact"],
        said=[one for one in stated if one.consumer is None],
    )


def _gates(call: Call, view: VersionView, places: Sequence[Environment]) -> list[Gate]:
    first = sorted(places, key=lambda one: not one.production)[:_ASKED]
    decisions = matrix.outlook(call.world, view.application, view.version.number, [place.name for place in first])
    return [
        Gate(place, YES if told.why is None else class_mark(told.why), told.nothing_to_check)
        for place, told in zip(first, decisions, strict=True)
    ]


def _get(path: paths.Path, handler: Handler, summary: str) -> Route:
    return Route(path, {"GET": Action(handler, summary, (HTML,))})


ROUTES = (
    _get(paths.VERSIONS, every, "An application's versions"),
    _get(paths.BRANCH_VERSIONS, on_branch, "The versions on a branch"),
    _get(paths.BRANCH, on_branch, "A branch"),
    _get(paths.TAG_VERSIONS, with_tag, "The versions with a tag"),
    _get(paths.VERSION, one, "A version"),
    _get(paths.LATEST_VERSION, newest, "An application's newest version"),
    _get(paths.LATEST_TAGGED_VERSION, newest, "The newest version with a tag"),
    _get(paths.BRANCH_LATEST_VERSION, head, "A branch's head"),
)
