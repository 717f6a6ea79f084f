"""What came back against what was promised, as mismatches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from troth_schemas.matching import Body, Difference, match_body, match_headers, match_status
from troth_verifiers.api import Mismatch
from troth_verifiers.pact.own.decoding import Decoding, Undecodable
from troth_verifiers.pact.own.wanted import Wanted, values_of

_SHOWN: Final = 1000


def response_mismatches(
    expected: Wanted,
    status: int,
    headers: Sequence[tuple[str, str]],
    content: bytes,
    decoding: Decoding | None = None,
) -> tuple[Mismatch, ...]:
    """Where a response is not as promised, sorted. ``headers`` are its lines, one for each time a name came."""
    came: dict[str, tuple[str, ...]] = {}
    for name, text in headers:
        came[name.lower()] = (*came.get(name.lower(), ()), *values_of(name, text))
    found = [
        *mismatches("status", match_status(expected.status, status, expected.rules.status)),
        *mismatches("header", match_headers(expected.headers, came, expected.rules.header)),
        *body_mismatches(expected, Body(content, ", ".join(came.get("content-type", ()))), came, decoding),
    ]
    return tuple(sorted(found))


def body_mismatches(
    expected: Wanted, actual: Body, headers: Mapping[str, Sequence[str]], decoding: Decoding | None = None
) -> Iterator[Mismatch]:
    """Where a body is not as promised; a rule about the content type's header speaks for the body's type too.

    ``decoding`` makes JSON of both where they are of a format of its own. Raises `NotReplayable`.
    """
    if decoding is not None and expected.body.content is not None:
        expected = replace(expected, body=decoding.example(expected.body, expected.rules.body))
        try:
            actual = decoding.answer(actual)
        except Undecodable as problem:
            yield Mismatch("body", "$", str(problem), (expected.body.content or b"").decode()[:_SHOWN])
            return
    rule = expected.rules.header.get("content-type")
    stated = {name: values for name, values in expected.headers.items() if name.lower() == "content-type"}
    stated = stated or {"Content-Type": (expected.body.content_type,)}
    tolerant = rule is not None and not match_headers(stated, headers, expected.rules.header)
    found = match_body(expected.body, actual, expected.rules, tolerant=tolerant)
    if found.kind is not None:
        yield from mismatches("body-content-type", [found.kind])
    yield from mismatches("body", found.places)


def mismatches(kind: str, differences: Iterable[Difference]) -> Iterator[Mismatch]:
    """Differences of one part as mismatches."""
    for one in differences:
        yield Mismatch(kind, one.path, one.text, one.expected, one.actual)
