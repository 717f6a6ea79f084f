"""GraphQL over HTTP: the requests that an interaction of a pact makes, as JSON bodies, queries of addresses or text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troth_schemas.errors import ContractUnreadable
from troth_schemas.graphql.literals import IGNORED, STRING
from troth_schemas.json_body import Document, Json, parse
from troth_schemas.pact.parts import Exchange

_OPERATION: Final = re.compile(
    rf"{IGNORED}(?:{STRING}{IGNORED})?+(?:query|mutation|subscription|fragment)\b|{IGNORED}\{{"
)


@dataclass(frozen=True, slots=True)
class Request:
    """One operation that is asked for. ``query`` is None where only the hash of a persisted one is sent.

    ``place`` is the pointer of the query's text, ``variables_place`` that of the variables (None: there are none);
    ``within`` leads from the body to this request and from the answer's body to its answer. ``unreadable`` says why the
    variables cannot be read.
    """

    query: str | None
    operation_name: str | None
    variables: Json
    place: str
    variables_place: str | None
    within: tuple[int, ...] = ()
    in_body: bool = True
    unreadable: str = ""


def requests(exchange: Exchange) -> tuple[Request, ...]:
    """The GraphQL requests of an interaction; () where it makes none."""
    request = exchange.request
    if exchange.interaction.kind != "http" or request is None:
        return ()
    contents = request.contents
    if exchange.interaction.method == "GET" or not contents.present:
        return tuple(_of_query(exchange))
    if contents.media_type == "application/graphql" and isinstance(contents.value, str):
        return (Request(contents.value, None, None, request.body_place, None),)
    if contents.unreadable:
        return ()
    value, at = contents.value, request.body_place
    if isinstance(value, list):
        found = [_of_object(one, f"{at}/{index}", (index,)) for index, one in enumerate(value)]
        return tuple(one for one in found if one is not None) if None not in found else ()
    one = _of_object(value, at, ())
    return () if one is None else (one,)


def _of_object(value: Json, at: str, within: tuple[int, ...]) -> Request | None:
    if not isinstance(value, dict):
        return None
    query = value.get("query")
    if not (isinstance(query, str) and _OPERATION.match(query)) and not _is_persisted(value):
        return None
    name = value.get("operationName")
    return Request(
        query=query if isinstance(query, str) else None,
        operation_name=name if isinstance(name, str) else None,
        variables=value.get("variables"),
        place=f"{at}/query",
        variables_place=f"{at}/variables" if value.get("variables") is not None else None,
        within=within,
    )


def _is_persisted(value: Document) -> bool:
    extensions = value.get("extensions")
    return isinstance(extensions, dict) and "persistedQuery" in extensions


def _of_query(exchange: Exchange) -> Iterator[Request]:
    request = exchange.request
    assert request is not None
    values = {name: found[0] for name, found in request.query.items() if found}
    query = values.get("query")
    persisted = "persistedQuery" in values.get("extensions", "")
    if not persisted and (query is None or not _OPERATION.match(query)):
        return
    variables: Json = None
    why = ""
    if "variables" in values:
        try:
            variables = parse(values["variables"].encode(), what="the query's variables")
        except ContractUnreadable as problem:
            why = str(problem)
    at = f"{request.pointer}/query"
    place = f"{at}/query" if isinstance(request.written.get("query"), dict) else at
    yield Request(query, values.get("operationName"), variables, place, at, in_body=False, unreadable=why)
