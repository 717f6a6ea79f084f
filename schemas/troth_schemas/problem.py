"""What is wrong with a document that can be read: one value for every format."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

Way: TypeAlias = "tuple[Way, str | int] | None"
"""The steps from a document's root, the last first: written out only where somebody is to be told."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one place of a document.

    ``pointer`` is an RFC 6901 JSON pointer, "" for the whole document. An ``error`` keeps that part from being checked;
    a ``warning`` may well be meant. ``line`` counts from 1; ``document`` is the name of one that is not the root.
    """

    pointer: str
    sentence: str
    severity: Literal["error", "warning"] = "error"
    line: int | None = None
    document: str = ""

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.sentence}"


def pointer(*steps: str | int) -> str:
    """The RFC 6901 JSON pointer that follows ``steps`` from the root."""
    if len(steps) == 1:
        return _step(steps[0])
    return "".join(map(_step, steps))


def pointer_back(way: Way) -> str:
    """The pointer that steps make which are known from their end."""
    steps: list[str | int] = []
    while way is not None:
        way, step = way
        steps.append(step)
    return pointer(*reversed(steps))


@lru_cache(maxsize=4096)
def _step(step: str | int) -> str:
    text = str(step)
    if "~" in text or "/" in text:
        text = text.replace("~", "~0").replace("/", "~1")
    return f"/{text}"


def steps_of(place: str) -> tuple[str, ...]:
    """The steps of an RFC 6901 JSON pointer; ``pointer`` joins them again."""
    steps = place.split("/")[1:]
    if "~" in place:
        steps = [step.replace("~1", "/").replace("~0", "~") if "~" in step else step for step in steps]
    return tuple(steps)


def one_line(text: str) -> str:
    """The text with spaces for line breaks, and replacement characters for what could command a terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text)
