"""What a badge says: two short texts and a colour (pact_broker_api 6.8)."""

import re
from dataclasses import dataclass
from typing import Literal

from troth_broker.core.standing import Status

Colour = Literal["brightgreen", "red", "orange", "lightgrey"]

_WORDS = re.compile(r"[\s_-]+|(?<=[a-z0-9])(?=[A-Z])")
_OF_STATUS: dict[Status, tuple[str, Colour]] = {
    Status.SUCCESS: ("verified", "brightgreen"),
    Status.FAILED: ("failed", "red"),
    Status.FAILED_PENDING: ("failed (pending)", "red"),
    Status.STALE: ("changed", "orange"),
    Status.NEVER: ("unknown", "lightgrey"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """What it is about, how that stands, and the colour of the latter; `found` is false where something is missing."""

    left: str
    right: str
    colour: Colour
    found: bool = True

    @property
    def sentence(self) -> str:
        """The badge for those who do not see it."""
        return f"{self.left}: {self.right}"


@dataclass(frozen=True, slots=True)
class Naming:
    """How the two sides of a pact are written on its badge."""

    label: str | None = None
    """`consumer` or `provider` names only that one."""
    initials: bool = False
    consumer_tag: str | None = None
    provider_tag: str | None = None


def pact_badge(title: str, status: Status) -> Badge:
    """How a contract stands, by its replays."""
    return Badge(title, *_OF_STATUS[status])


def compared_badge(title: str, fits: bool) -> Badge:
    """How a contract stands that was only compared with what the provider publishes."""
    return Badge(title, "compatible" if fits else "incompatible", "brightgreen" if fits else "red")


def pact_title(consumer: str, provider: str, naming: Naming = Naming(), word: str = "pact") -> str:
    """The contract between two, as its badge names it."""
    sides = {
        "consumer": _side(consumer, naming.consumer_tag, naming.initials),
        "provider": _side(provider, naming.provider_tag, naming.initials),
    }
    name = sides.get((naming.label or "").lower()) or "/".join(sides.values())
    return f"{name} {word}".lower()


def _side(name: str, tag: str | None, initials: bool) -> str:
    shown = _initials(name) if initials else name
    return f"{shown} ({tag})" if tag else shown


def _initials(name: str) -> str:
    """The first letters of a name of several words; a single word stays."""
    words = [word for word in _WORDS.split(name) if word]
    return "".join(word[0] for word in words) if len(words) > 1 else name


def can_i_deploy_badge(source: str, target: str, deployable: bool | None, label: str | None = None) -> Badge:
    """Whether one may go to another; what is not known to work is red."""
    return Badge(label or "can-i-deploy", f"{source} to {target}", "brightgreen" if deployable else "red")


def can_i_merge_badge(mergeable: bool | None, label: str | None = None) -> Badge:
    """Whether the main branch works with the main branches of all others."""
    right: dict[bool | None, tuple[str, Colour]] = {
        True: ("success", "brightgreen"),
        False: ("failed", "red"),
        None: ("unknown", "lightgrey"),
    }
    return Badge(label or "can-i-merge", *right[mergeable])


def missing_badge(left: str, what: str) -> Badge:
    """That something a badge would be about is not there: never a 404, as nobody sees that on a page."""
    return Badge(left, what, "lightgrey", found=False)
