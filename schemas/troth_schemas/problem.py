"""What is wrong with a document that can be read: one value for every format."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one place of a document.

    ``pointer`` is an RFC 6901 JSON pointer, "" for the whole document. An ``error`` keeps that part from being checked;
    a ``warning`` may well be meant.
    """

    pointer: str
    sentence: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.sentence}"


def pointer(*steps: str | int) -> str:
    """The RFC 6901 JSON pointer that follows ``steps`` from the root."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
