"""The format: what Troth must know of it to lint, publish and keep contracts written in it."""

import json
from dataclasses import dataclass
from hashlib import sha256

from troth_schemas.formats import Format, Loaded
from troth_schemas.options import Options
from troth_schemas.problem import Problem
from troth_schemas.report import Report
from troth_schemas.sources import Sources

from .reading import PARTIES, PROMISE


@dataclass(frozen=True, slots=True)
class Lines:
    """A contract: who relies on whom, and its promises in their order."""

    parties: str
    promises: tuple[str, ...]


def lines_format() -> Format:
    """What the entry point of the group `troth.formats` names."""
    return Format("lines", load, canonical, digest, compare, count=count, recognises=recognises)


def recognises(_name: str, content: bytes) -> bool:
    """Whether a document that Troth cannot tell is of this format."""
    return PARTIES.match(content.decode(errors="replace")) is not None


def load(sources: Sources) -> Loaded:
    """The contract, with a problem for each line that is no promise."""
    first, *promises = sources.text.decode(errors="replace").splitlines() or [""]
    problems = [
        Problem(f"/{index}", f"{line!r} is no promise, such as `GET /orders/1 -> 200`.", line=index + 2)
        for index, line in enumerate(promises)
        if not PROMISE.fullmatch(line)
    ]
    return Loaded(Lines(first, tuple(promises)), tuple(problems))


def canonical(lines: Lines) -> bytes:
    """What it says: the order of the promises does not matter."""
    return json.dumps([lines.parties, sorted(lines.promises)]).encode()


def digest(lines: Lines) -> str:
    """The SHA-256 of that."""
    return sha256(canonical(lines)).hexdigest()


def count(lines: Lines) -> int:
    """How many promises there are."""
    return len(lines.promises)


def compare(_reader: Lines, _writer: Lines, _options: Options) -> Report:
    """Nothing is known about which promises may follow which: nothing is judged, and nothing passes."""
    return Report(unjudged=("*",))
