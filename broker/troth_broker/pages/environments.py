"""Environments, and one of them with what runs there, since when, and what cannot."""

import json
from dataclasses import dataclass
from typing import Any

from troth_broker.pages.engine import page
from troth_broker.pages.home import cards
from troth_broker.pages.links import To
from troth_broker.pages.paging import Pager, asked
from troth_broker.services import blocked, deployments, environments, home, places, releases
from troth_broker.store.environments import Environment
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML

_SIZE = 50
_BLOCKED = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """A version that stands in an environment."""

    application: str
    version: str
    since: int
    kind: str
    instance: str | None
    address: str


def every(call: Call) -> Reply:
    """The environments."""
    return page(call, "environments.html", found=places.counted(call.world))


def one(call: Call) -> Reply:
    """One environment."""
    uuid = call.params["uuid"]
    environment = environments.one(call.world, uuid)
    number, window = asked(call, _SIZE)
    part = (call.parameter("q") or "").lower()
    standing = [each for each in _standing(call, uuid) if part in each.application.lower()]
    to = To.below(call.base)
    place = blocked.in_environment(call.world, environment, _BLOCKED)
    return page(
        call,
        "environment.html",
        environment=environment,
        contacts=_contacts(environment),
        standing=standing[window.offset : window.offset + window.limit],
        q=call.parameter("q") or "",
        pager=Pager(
            number,
            window.limit,
            len(standing),
            lambda wanted: to.environment(uuid, q=part or None, page=wanted),
        ),
        place=place,
        cards=cards((place,)),
        names=home.names(call.world),
        environments=environments.every(call.world),
        given={"pacticipant": "", "version": "", "environment": environment.name, "to": ""},
    )


def _standing(call: Call, uuid: str) -> list[Standing]:
    root = To.below(call.base).root
    found = [
        Standing(
            one.application,
            one.version.number,
            one.happened_at,
            "deployed",
            one.instance,
            paths.DEPLOYED_VERSION.url(root, uuid=one.uuid),
        )
        for one in deployments.current(call.world, uuid)
    ]
    found += [
        Standing(
            one.application,
            one.version.number,
            one.happened_at,
            "released",
            None,
            paths.RELEASED_VERSION.url(root, uuid=one.uuid),
        )
        for one in releases.supported(call.world, uuid)
    ]
    return sorted(found, key=lambda each: (each.application, -each.since))


def _contacts(environment: Environment) -> list[tuple[str, str]]:
    try:
        found: Any = json.loads(environment.contacts or "[]")
    except ValueError:
        return []
    return [
        (str(one.get("name", "")), ", ".join(f"{name}: {value}" for name, value in (one.get("details") or {}).items()))
        for one in found
        if isinstance(one, dict)
    ]


ROUTES = (
    Route(paths.ENVIRONMENTS, {"GET": Action(every, "The environments", (HTML,))}),
    Route(paths.ENVIRONMENT, {"GET": Action(one, "An environment with what runs there", (HTML,))}),
)
