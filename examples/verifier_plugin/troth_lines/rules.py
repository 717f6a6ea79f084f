"""The rules: each is one fact, with its explanation, its places, and a key that lasts."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from troth_schemas.finding import Finding, Found, Place, Witness
from troth_schemas.rule import rule

from .reading import Line, Lines

Missed: TypeAlias = tuple[Line, Place, str]
"""A line, where it is missed, and the name of the document that it stands in."""


@rule("offers/offer-withdrawn", severity="breaking", mirror="adding an offer harms nobody")
def offer_withdrawn(missed: Missed) -> Iterable[Found]:
    """An answer that was offered is offered no more.

    Why it breaks: who relied on it gets another answer.
    Instead: keep it until nobody relies on it.
    """
    line, reader, writer = missed
    message = f"`{line.text}` is not offered any more."
    yield Found(message, (line.text,), reader, Place(f"/{line.number - 2}", line.number, writer), element=line.path)


@rule("lines-offers/request-not-offered", severity="breaking", mirror="more may be offered than anybody asks for")
def request_not_offered(missed: Missed) -> Iterable[Found]:
    """A consumer sends a request that its provider does not offer.

    Why it breaks: nobody knows what it gets.
    Instead: have it offered first.
    """
    line, provider, consumer = missed
    yield Found(
        f"{line.method} {line.path} is not offered.",
        (line.text,),
        Place(f"/{line.number - 2}", line.number, consumer),
        provider,
        interaction=line.text,
        witness=Witness("request", {"method": line.method, "path": line.path}),
    )


@rule("lines-offers/status-not-offered", severity="breaking", mirror="more may be offered than anybody asks for")
def status_not_offered(missed: Missed) -> Iterable[Found]:
    """A consumer waits for a status that its provider does not offer for this request.

    Why it breaks: the consumer gets another one.
    Instead: have it offered, or let the consumer do with what is.
    """
    line, provider, consumer = missed
    yield Found(
        f"{line.method} {line.path} never answers with {line.status}.",
        (line.text,),
        Place(f"/{line.number - 2}", line.number, consumer),
        provider,
        interaction=line.text,
        witness=Witness("response", {"status": int(line.status)}),
    )


@rule("offers/line-unreadable", severity="not-covered")
def line_unreadable(document: Lines) -> Iterable[Found]:
    """Lines of a document cannot be read.

    Why it matters: what they offer or rely on is not known, and nothing that is not known may pass.
    """
    yield Found(f"{document.unreadable} of its lines cannot be read.", (document.name,), Place("", 1, document.name))


def missing(document: Lines) -> Iterator[Finding]:
    """What keeps a document from being judged in full."""
    if document.unreadable:
        yield from line_unreadable(document)
