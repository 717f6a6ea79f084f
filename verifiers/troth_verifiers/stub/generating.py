"""Parts of pacts as they are sent: with values of their generators in the places of their examples."""

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.matching.generating import generated, has_generators
from troth_schemas.matching.generators import Around, CannotGenerate, Chance

_CHANCE: Final = random.SystemRandom()


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Making:
    """What generated values depend on besides the contract: chance and the time."""

    chance: Chance = _CHANCE
    now: Callable[[], datetime] = field(default=_now)

    def made(self, part: Document, *, server: str = "", body: str = "body") -> Document:
        """A response or a message with generated values; ``body`` names its contents.

        `server` is the stub's own address. A value of the provider's state stays the example: a stub has no state.
        Raises `Unmade`.
        """
        if not has_generators(part):
            return part
        try:
            return generated(_stateless(part), Around(self.chance, self.now(), {}, server), body=body)
        except CannotGenerate as problem:
            raise Unmade(str(problem)) from None


class Unmade(Exception):
    """A value cannot be generated; the text is a sentence."""


def _stateless(part: Document) -> Document:
    """The part without the generators that ask the provider's state."""
    bare = copy.deepcopy(part)
    for name in ("generators", "matchingRules"):  # an array's variants hold generators among the rules
        if name in bare:
            bare[name] = _without(bare[name])
    return bare


def _without(value: Json) -> Json:
    if isinstance(value, list):
        return [_without(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _without(one) for name, one in value.items() if not _asks_the_state(one)}


def _asks_the_state(value: Json) -> bool:
    return isinstance(value, dict) and value.get("type") == "ProviderState"
