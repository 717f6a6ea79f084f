"""The home page: what is blocked and who must act, then every integration."""

from collections.abc import Iterable
from dataclasses import dataclass

from troth_broker.core.standing import WebhookStatus
from troth_broker.pages import words
from troth_broker.pages.answers import ComparedShown
from troth_broker.pages.engine import page
from troth_broker.pages.links import To
from troth_broker.pages.paging import Pager, asked
from troth_broker.pages.words import Mark
from troth_broker.services import blocked, home
from troth_broker.services.blocked import Blocked, Place
from troth_broker.services.home import Seen
from troth_broker.store.environments import Environment
from troth_broker.store.home import Standing
from troth_broker.store.standing import Called
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML

_SIZE = 50
_CARDS = 9


@dataclass(frozen=True, slots=True)
class Card:
    """A blocked version, and every environment that it is blocked from for the same reason."""

    blocked: Blocked
    places: tuple[Environment, ...]


def show(call: Call) -> Reply:
    """The home page."""
    number, window = asked(call, _SIZE)
    part = call.parameter("q")
    listed = home.integrations(call.world, window, part)
    found = listed.found
    to = To.below(call.base)
    if not found.total and part is None:
        return page(call, "start.html", empty=True)
    again = call.headers.get("hx-target") == "integrations"  # htmx wants the list alone
    overview = None if again else blocked.overview(call.world)
    found_cards = cards(overview.places) if overview else ()
    pager = Pager(
        number,
        window.limit,
        found.total,
        lambda wanted: to.home(q=part, page=wanted, size=window.limit if window.limit != _SIZE else None),
    )
    return page(
        call,
        "home.html",
        rows=[(*states(one), called(listed.called.get(one.standing.id))) for one in found.entries],
        pager=pager,
        q=part or "",
        overview=overview,
        cards=found_cards[:_CARDS],
        more=len(found_cards) > _CARDS,
    )


def cards(places: Iterable[Place]) -> tuple[Card, ...]:
    """What is blocked, each version once: those first that waiting never clears, then those that run already."""
    found: dict[tuple[object, ...], tuple[Blocked, list[Environment]]] = {}
    for place in places:
        for one in place.blocked:
            key = one.application, one.version, one.running, one.why, tuple(o.provider for o in one.obstacles)
            found.setdefault(key, (one, []))[1].append(place.environment)
    ordered = sorted(found.values(), key=lambda item: (words.class_mark(item[0].why).tone, not item[0].running))
    return tuple(Card(one, tuple(environments)) for one, environments in ordered)


def states(seen: Seen) -> tuple[Standing, Mark | None, ComparedShown | None]:
    """What a replay and a comparison say of the newest contract; a comparison alone stands without a replay's mark."""
    one, compared = seen.standing, ComparedShown.of(seen.compared, None)
    alone = compared is not None and one.success is None and not seen.silent
    return one, None if alone else status(one), compared


def status(one: Standing) -> Mark:
    """What the newest result says of the newest contract."""
    if one.success is not None:
        return words.verdict(one.success)
    return words.CHANGED if one.verified_before else words.NEVER


def called(it: Called | None) -> Mark | None:
    """How the webhooks of an integration did; None where nobody is told."""
    return None if it is None or it.status is WebhookStatus.NONE else _CALLED[it.status]


_CALLED = {
    WebhookStatus.NOT_RUN: Mark("none", "–", "not run"),
    WebhookStatus.RETRYING: Mark("open", "…", "retrying"),
    WebhookStatus.SUCCESS: Mark("yes", "✓", "arrived"),
    WebhookStatus.FAILURE: Mark("no", "✗", "failed"),
}

ROUTES = (Route(paths.INDEX, {"GET": Action(show, "The home page", (HTML,), query=("q", "page", "size"))}),)
