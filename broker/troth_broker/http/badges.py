"""Badges over HTTP, drawn here or by a badge service (pact_broker_api 6.8)."""

from collections.abc import Callable

from troth_broker.core.badges import Badge, Naming
from troth_broker.http.badge_svg import shields_address, svg
from troth_broker.services import badges
from troth_broker.store.badges import Line
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import SVG
from troth_broker.web.paths import Path


def _reply(call: Call, badge: Badge, cache: str = "no-cache") -> Reply:
    settings = call.world.settings
    headers = {"Cache-Control": cache if badge.found else "no-cache"}
    if settings.badge_provider_mode == "redirect":
        return Reply(307, None, headers={**headers, "Location": shields_address(settings.shields_io_base_url, badge)})
    return Reply(200, svg(badge), SVG, headers)


def _pact(call: Call, line: Line, *, provider_tag: str | None = None) -> Reply:
    naming = Naming(
        label=call.parameter("label"),
        initials=call.parameter("initials") == "true",
        consumer_tag=line.tag if provider_tag is not None else None,
        provider_tag=provider_tag,
    )
    return _reply(call, badges.of_pact(call.world, call.params["consumer"], call.params["provider"], line, naming))


def latest_pact(call: Call) -> Reply:
    """How the newest pact stands."""
    return _pact(call, Line())


def latest_tagged_pact(call: Call) -> Reply:
    """How the newest pact with a tag stands."""
    return _pact(call, Line(tag=call.params["tag"]))


def latest_untagged_pact(call: Call) -> Reply:
    """How the newest pact of a version without tags stands."""
    return _pact(call, Line(untagged=True))


def latest_between_tags(call: Call) -> Reply:
    """How the newest pact with one tag stands with the provider's newest version with another."""
    return _pact(call, Line(tag=call.params["tag"]), provider_tag=call.params["provider_tag"])


def can_i_deploy_to_tag(call: Call) -> Reply:
    """Whether the latest version with a tag works with the latest versions with another."""
    found, label = call.params, call.parameter("label")
    return _reply(call, badges.to_tag(call.world, found["pacticipant"], found["tag"], found["to"], label))


def can_i_deploy_to_environment(call: Call) -> Reply:
    """Whether the head of a branch may go to an environment."""
    found, label = call.params, call.parameter("label")
    badge = badges.to_environment(call.world, found["pacticipant"], found["branch"], found["environment"], label)
    return _reply(call, badge)


def can_i_merge(call: Call) -> Reply:
    """Whether the main branch works with the main branches of all others."""
    badge = badges.to_main_branches(call.world, call.params["pacticipant"], call.parameter("label"))
    return _reply(call, badge, call.world.settings.badge_default_cache_setting)


_ANSWERS = {200: "The badge, also where what it is about is missing", 307: "Where a badge service draws it"}


def _badge(path: Path, handler: Callable[[Call], Reply], summary: str, *query: str) -> Route:
    return Route(path, {"GET": Action(handler, summary, (SVG,), query=query, answers=_ANSWERS)})


_NAMING = ("label", "initials")
ROUTES: tuple[Route, ...] = (
    _badge(paths.LATEST_PACT_BADGE, latest_pact, "A badge for the newest pact", *_NAMING),
    _badge(paths.LATEST_TAGGED_PACT_BADGE, latest_tagged_pact, "A badge for the newest pact with a tag", *_NAMING),
    _badge(paths.LATEST_UNTAGGED_PACT_BADGE, latest_untagged_pact, "A badge for the newest pact without tag", *_NAMING),
    _badge(paths.MATRIX_BADGE, latest_between_tags, "A badge for the newest versions with two tags", *_NAMING),
    _badge(paths.CAN_I_DEPLOY_TO_TAG_BADGE, can_i_deploy_to_tag, "A badge for a tag's latest version", "label"),
    _badge(paths.CAN_I_DEPLOY_TO_ENVIRONMENT_BADGE, can_i_deploy_to_environment, "A badge for a branch", "label"),
    _badge(paths.CAN_I_MERGE_BADGE, can_i_merge, "A badge for the main branch", "label"),
)
