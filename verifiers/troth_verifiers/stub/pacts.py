"""Answers from pacts: the response of the interaction whose request is the one that came."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from troth_schemas.json_body import Document
from troth_schemas.matching import Body, Difference, match_body, match_headers, match_query
from troth_verifiers.api import Contract, Interaction
from troth_verifiers.errors import InteractionUnreadable, NotReplayable
from troth_verifiers.pact.own.decoding import Decoding, Undecodable, decoding_of
from troth_verifiers.pact.own.wanted import Wanted, request_of, response_of, values_of
from troth_verifiers.pact.pieces import piece_of
from troth_verifiers.pact.read import interactions
from troth_verifiers.stub.asked import Asked, Known, Refused, Reply
from troth_verifiers.stub.codings import coded
from troth_verifiers.stub.generating import Making, Unmade
from troth_verifiers.stub.nearness import Looked, Seen
from troth_verifiers.stub.paths import Paths, path_differences
from troth_verifiers.stub.respelling import respelled
from troth_verifiers.stub.states import STATE, state_trouble

_MOST_TOLD: Final = 3
_MOST_COMPARED: Final = 20
"""Interactions whose differences from a request that none knows are looked for, the nearest at first sight."""


@dataclass(frozen=True, slots=True)
class _Page:
    title: str
    states: tuple[str, ...]
    request: Wanted
    response: Document
    looked: Looked
    decoding: Decoding | None = None
    """How a body that is Avro or Protobuf becomes JSON, as which `request` has it."""


class PactBook:
    """The HTTP interactions of some pacts. Of several that fit, the first whose state is asked for, else the first."""

    def __init__(self, contracts: Sequence[Contract], making: Making | None = None) -> None:
        self._making = making or Making()
        self._pages = [_page(one) for contract in contracts for one in interactions(contract) if one.kind == "http"]
        self._paths = Paths([page.request for page in self._pages])

    @property
    def titles(self) -> tuple[str, ...]:
        """What it can answer, by the interactions' titles."""
        return tuple(page.title for page in self._pages)

    def look_up(self, asked: Asked) -> Known | Refused:
        """The interaction that this request is, or the nearest ones with what is different."""
        seen = Seen(asked)
        fitting = self._paths.fitting(asked)
        for page in (self._pages[index] for index in fitting):
            if page.looked.may_be(seen) and not any(_differences(page, asked)):
                return self._answer(page, asked)
        here = frozenset(fitting)
        pages = enumerate(self._pages)
        compared = heapq.nsmallest(_MOST_COMPARED, pages, key=lambda one: one[1].looked.distance(seen, one[0] in here))
        unlike = sorted((_unlike(page, asked) for _, page in compared), key=lambda one: one[0])
        return Refused(asked, tuple((title, reasons) for _, title, reasons in unlike[:_MOST_TOLD]))

    def _answer(self, page: _Page, asked: Asked) -> Known | Refused:
        try:
            made = self._making.made(page.response, server=asked.server)
        except Unmade as problem:
            return Refused(asked, why=f"The answer of {page.title!r} cannot be made. {problem}")
        return Known(asked, page.title, reply_of(response_of(made)))


def reply_of(response: Wanted) -> Reply:
    """An example of a response as it is sent."""
    headers = [
        (name, value)
        for name, values in response.headers.items()
        for value in (values if name.lower() == "set-cookie" else (", ".join(values),))  # RFC 6265, 3
    ]
    if response.body.content and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", response.body.content_type))
    return coded(Reply(response.status, tuple(headers), response.body.content or b""))


def _page(interaction: Interaction) -> _Page:
    piece = piece_of(interaction)
    states = tuple(state.name for state in interaction.states)
    request = request_of(_part(piece.element, "request"))
    looked, decoding = Looked.at(request), None
    try:
        if request.body.content:
            decoding = decoding_of(piece.element, piece.head, asked=True)
        if decoding is not None:
            request = replace(request, body=decoding.example(request.body, request.rules.body))
    except NotReplayable as problem:
        raise InteractionUnreadable(f"{interaction.title!r} cannot be served: {problem.text}") from None
    return _Page(interaction.title, states, request, _part(piece.element, "response"), looked, decoding)


def _part(element: Document, name: str) -> Document:
    part = element.get(name)
    return part if isinstance(part, dict) else {}


def _unlike(page: _Page, asked: Asked) -> tuple[tuple[bool, bool, int], str, tuple[str, ...]]:
    """What is different about a request, the less the nearer: another path is farthest, then another method."""
    reasons = tuple(_differences(page, asked))
    elsewhere = bool(path_differences(page.request, asked))
    return (elsewhere, page.request.method != asked.method.upper(), len(reasons)), page.title, reasons


def _differences(page: _Page, asked: Asked) -> Iterator[str]:
    """What is different about a request that came, in sentences."""
    expected = page.request
    if trouble := state_trouble(page.states, asked.header(STATE)):
        yield trouble
    if expected.method != asked.method.upper():
        yield f"Expected {expected.method}, but it is {asked.method}."
    rules = expected.rules
    yield from _sentences(path_differences(expected, asked))
    asked = respelled(asked, expected)
    came: dict[str, tuple[str, ...]] = {}
    for name, text in asked.headers:
        came[name] = (*came.get(name, ()), *values_of(name, text))
    yield from _sentences(match_query(expected.query, asked.query, rules.query))
    yield from _sentences(match_headers(expected.headers, came, rules.header))
    actual = Body(asked.content, asked.header("content-type"))
    try:
        if page.decoding is not None:
            actual = page.decoding.answer(actual, rules.body)
    except Undecodable as problem:
        yield str(problem)
        return
    body = match_body(expected.body, actual, rules, more_members=False)
    yield from _sentences((*([body.kind] if body.kind else ()), *body.places))


def _sentences(found: Iterable[Difference]) -> Iterator[str]:
    for one in found:
        yield f"{one.path}: {one.text}" if one.path else one.text
