"""How documents are written, for all who read them."""

import re
from dataclasses import dataclass

from troth_schemas.formats import Loaded
from troth_schemas.problem import Problem
from troth_schemas.sources import Sources

PARTIES = re.compile(r"(?P<consumer>.+) relies on (?P<provider>.+)")
PROMISE = re.compile(r"(?P<method>[A-Z]+) (?P<path>/\S*) -> (?P<status>\d{3})(?: given (?P<state>.+))?")
OFFERS = re.compile(r"(?P<provider>.+) offers")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be read: where it stands (from 1), and its parts."""

    number: int
    text: str
    method: str
    path: str
    status: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A document: its first line, the lines that can be read, and how many cannot."""

    name: str
    first: str
    lines: tuple[Line, ...]
    unreadable: int = 0


def read(sources: Sources) -> Loaded:
    """The document, with a problem for each line that is none."""
    first, *texts = sources.text.decode(errors="replace").splitlines() or [""]
    found = [(number, text, PROMISE.fullmatch(text)) for number, text in enumerate(texts, 2)]
    problems = tuple(
        Problem(f"/{number - 2}", f"{text!r} is no promise, such as `GET /orders/1 -> 200`.", line=number)
        for number, text, match in found
        if match is None
    )
    lines = tuple(
        Line(number, text, match["method"], match["path"], match["status"]) for number, text, match in found if match
    )
    return Loaded(Lines(sources.root, first, lines, len(problems)), problems)
