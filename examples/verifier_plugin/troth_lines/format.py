"""The formats: what Troth must know of them to lint, publish, keep and compare contracts written in them.

`lines` is what a consumer relies on, `offers` what a provider offers: lines alike, below another first one.
"""

import json
from hashlib import sha256

from troth_schemas.finding import Place
from troth_schemas.formats import Format
from troth_schemas.options import Options
from troth_schemas.report import Report, make_report

from .reading import OFFERS, PARTIES, Lines, read
from .rules import line_unreadable, missing, offer_withdrawn


def lines_format() -> Format:
    """What an entry point of the group `troth.formats` names."""
    return Format("lines", read, canonical, digest, nothing_known, count=count, recognises=are_lines, replayed=True)


def offers_format() -> Format:
    """The same for what a provider offers, with the rules of its comparison with its own past."""
    rules = (offer_withdrawn, line_unreadable)
    return Format("offers", read, canonical, digest, compare, rules=rules, count=count, recognises=are_offers)


def are_lines(_name: str, content: bytes) -> bool:
    """Whether a document that Troth cannot tell is a consumer's."""
    return PARTIES.match(content.decode(errors="replace")) is not None


def are_offers(_name: str, content: bytes) -> bool:
    """The same for a provider's."""
    return OFFERS.match(content.decode(errors="replace")) is not None


def canonical(document: Lines) -> bytes:
    """What it says: the order of the lines does not matter."""
    return json.dumps([document.first, sorted(line.text for line in document.lines)]).encode()


def digest(document: Lines) -> str:
    """The SHA-256 of that."""
    return sha256(canonical(document)).hexdigest()


def count(document: Lines) -> int:
    """How many promises there are."""
    return len(document.lines)


def nothing_known(_reader: Lines, _writer: Lines, _options: Options) -> Report:
    """What a consumer relies on today may be anything, whatever it was before: nothing is judged, nothing passes."""
    return Report(unjudged=("*",))


def compare(reader: Lines, writer: Lines, _options: Options) -> Report:
    """Whether the reader keeps all that the writer offers; BACKWARD: the new version all that the old one did."""
    kept = {(line.method, line.path, line.status) for line in reader.lines}
    gone = [line for line in writer.lines if (line.method, line.path, line.status) not in kept]
    findings = [one for line in gone for one in offer_withdrawn((line, Place("", None, reader.name), writer.name))]
    gaps = [one for document in (reader, writer) for one in missing(document)]
    return make_report([*findings, *gaps], judged=len(writer.lines))
