"""The comparison: what a consumer relies on, against what a provider offers."""

import re
from collections.abc import Iterator

from troth_schemas.finding import Finding, Place
from troth_schemas.options import Options
from troth_schemas.pairs import Pair
from troth_schemas.report import Report, make_report

from .reading import Line, Lines
from .rules import missing, request_not_offered, status_not_offered


def lines_offers() -> Pair:
    """What the entry point of the group `troth.pairs` names; raise `checker` with what can turn a verdict."""
    rules = (request_not_offered, status_not_offered)
    return Pair("lines", "offers", judge, uses, rules=rules, checker="1")


def judge(consumer: Lines, provider: Lines, _options: Options) -> Report:
    """Whether all that the consumer relies on is offered."""
    findings = [one for line in consumer.lines for one in _unkept(line, consumer, provider)]
    gaps = [one for document in (consumer, provider) for one in missing(document)]
    return make_report([*findings, *gaps], len(consumer.lines), scope=(line.text for line in consumer.lines))


def uses(consumer: Lines, provider: Lines) -> frozenset[str]:
    """The offers that the consumer relies on, in the words of a finding's `element`."""
    return frozenset(offer.path for line in consumer.lines for offer in provider.lines if _is_for(line, offer))


def _unkept(line: Line, consumer: Lines, provider: Lines) -> Iterator[Finding]:
    offers = [offer for offer in provider.lines if _is_for(line, offer)]
    if not offers:
        yield from request_not_offered((line, Place("", None, provider.name), consumer.name))
    elif line.status not in {offer.status for offer in offers}:
        place = Place(f"/{offers[0].number - 2}", offers[0].number, provider.name)
        yield from status_not_offered((line, place, consumer.name))


def _is_for(line: Line, offer: Line) -> bool:
    """Whether an offer such as `GET /orders/{id} -> 200` is one for this request."""
    pattern = "[^/]+".join(re.escape(part) for part in re.split(r"\{[^/{}]*\}", offer.path))
    return line.method == offer.method and re.fullmatch(pattern, line.path) is not None
