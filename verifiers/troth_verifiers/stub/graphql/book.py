"""Answers to operations of GraphQL: those that expectations state, else made up from the schema."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from graphql import FieldNode, GraphQLSyntaxError, parse, value_from_ast_untyped

from troth_schemas.errors import SchemasError
from troth_schemas.finding import Place
from troth_schemas.graphql.operations import MOST_TOKENS, Operation, Unit, unit_of
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.json_body import Document, Json
from troth_schemas.matching import match_tree
from troth_verifiers.graphql.checking import chosen
from troth_verifiers.stub.asked import SUBSCRIBE, Asked, Known, Refused, Reply
from troth_verifiers.stub.graphql.mocking import Mock, Mocked
from troth_verifiers.stub.graphql.request import NoRequest, Request, request_of
from troth_verifiers.stub.graphql.spelling import spelled_alone
from troth_verifiers.stub.states import STATE, state_trouble

EVENTS: Final = "x-troth-events"
"""The header of a websocket's handshake that says how many events are made up for a subscription; without it one."""
_MOST_EVENTS: Final = 1000
_UNREGISTERED: Final[Document] = {
    "message": "PersistedQueryNotFound",
    "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
}
_OVER_A_SOCKET: Final = "by graphql-transport-ws"
_MOST_TOLD: Final = 3
_MOST_KEPT: Final = 256
"""Documents that are read once; a consumer asks the same ones again and again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One operation with its answer: `says` may have ``data`` and ``errors``, or a subscription's ``events``.

    What it lacks is made up.
    """

    title: str
    operation: Operation
    query: str
    variables: Document = field(default_factory=dict)
    says: Document = field(default_factory=dict)
    states: tuple[str, ...] = ()

    @property
    def key(self) -> bytes:
        """Equal for operations that ask the same."""
        return spelled_alone(self.operation)


class GraphqlBook:
    """The operations that one contract knows. Without `pages` all that the schema allows is known.

    They come at one path, and at another over websockets where `socket_path` names one.
    """

    def __init__(
        self,
        name: str,
        pages: Sequence[Page] = (),
        schema: SchemaDocument | None = None,
        path: str = "/graphql",
        socket_path: str = "",
    ) -> None:
        self._name = name
        self._path = f"/{path.strip('/')}"
        self._socket_path = f"/{socket_path.strip('/')}" if socket_path else self._path
        self._pages = [(page, page.key) for page in pages]
        self._mock = None if schema is None else Mock(schema)
        self._units: dict[str, Unit] = {}
        self._refusals: dict[int, tuple[str, ...]] = {}
        """What the schema says against a document that is kept, by its identity."""
        self._persisted = {sha256(page.query.encode()).hexdigest(): page.query for page in pages}

    @property
    def titles(self) -> tuple[str, ...]:
        """The operations, or the schema's name."""
        return tuple(page.title for page, _ in self._pages) or (f"operations of {self._name}",)

    def look_up(self, asked: Asked) -> Known | Refused:
        """The answer to an operation, or why it is not known."""
        path = self._socket_path if asked.method == SUBSCRIBE else self._path
        if asked.path != path:
            return Refused(asked, ((self._name, (f"GraphQL is asked at {path}.",)),))
        asked = _as_graphql(asked)
        try:
            request = request_of(asked)
        except NoRequest as wrong:
            return Refused(asked, why=f"{asked.told} is no request of GraphQL: {wrong}")
        query = request.query or self._persisted.get(request.digest, "")
        if not query:
            return Known(asked, "a hash that is not registered", _reply({"errors": [_UNREGISTERED]}))
        if request.digest == sha256(query.encode()).hexdigest():
            self._persisted[request.digest] = query
        return self._known(asked, request, query)

    def _known(self, asked: Asked, request: Request, query: str) -> Known | Refused:
        try:
            unit = self._units.get(query) or self._keep(query)
        except GraphQLSyntaxError as error:
            line, column = error.locations[0] if error.locations else (1, 1)
            where = f"(line {line}, column {column} of the operation)"
            return Refused(asked, why=f"{asked.told}: {error.message.rstrip('.')} {where}.")
        except SchemasError as error:
            return Refused(asked, why=f"{asked.told}: {error}")
        operation, why = chosen(unit, request.name)
        if operation is None:
            return Refused(asked, why=f"{asked.told}: {why}")
        asked = _as_graphql(asked, operation)
        if operation.node.operation.value == "mutation" and asked.method == "GET":
            return Refused(asked, why=f"{asked.told}: a mutation is not sent by GET.")
        if operation.node.operation.value == "subscription" and asked.method != SUBSCRIBE:
            return Refused(asked, why=f"{asked.told}: a subscription is answered over a websocket, {_OVER_A_SOCKET}.")
        return self._answered(asked, request, unit, operation)

    def _keep(self, query: str) -> Unit:
        """The document of a text, read once. Raises GraphQLSyntaxError, SchemasError."""
        parse(query, max_lexical_tokens=MOST_TOKENS)
        if len(self._units) >= _MOST_KEPT:
            self._units.clear()
            self._refusals.clear()
        unit = self._units[query] = unit_of("the operation", query, Place("", None))
        return unit

    def _answered(self, asked: Asked, request: Request, unit: Unit, operation: Operation) -> Known | Refused:
        only_made_up = not self._pages or (self._mock is not None and _introspects(operation))
        wrong: list[tuple[str, tuple[str, ...]]] = []
        if not only_made_up:
            key, state = spelled_alone(operation), asked.header(STATE)
            came = _with_defaults(operation, request.variables)
            for page, own in self._pages:
                if own != key:
                    continue
                trouble = state_trouble(page.states, state)
                reasons = (
                    *([trouble] if trouble else ()),
                    *_differences(_with_defaults(page.operation, page.variables), came),
                )
                if not reasons:
                    return self._made_up(asked, request, unit, operation, page.says, page.title)
                wrong.append((page.title, reasons))
        refusals = self._refused_by_schema(unit)
        if refusals and not wrong:
            return Refused(asked, ((self._name, refusals),), f"The schema refuses {asked.told}.")
        if only_made_up:
            return self._made_up(asked, request, unit, operation, {}, f"{asked.what}, made up")
        return Refused(asked, tuple(wrong[:_MOST_TOLD] or self._nearest(operation)))

    def _nearest(self, operation: Operation) -> list[tuple[str, tuple[str, ...]]]:
        """The operations that ask for the same first, and what they ask for."""
        kind, fields = _asks(operation)
        found: list[tuple[bool, str, str]] = []
        for page, _ in self._pages:
            own, roots = _asks(page.operation)
            near = own == kind and bool(fields & roots)
            said = "It selects something else, or asks in another way." if near else "It is another operation: "
            found.append((not near, page.title, said if near else f"{said}{own} of {', '.join(sorted(roots))}."))
        found.sort(key=lambda one: one[0])
        return [(title, (said,)) for _, title, said in found[:_MOST_TOLD]]

    def _refused_by_schema(self, unit: Unit) -> tuple[str, ...]:
        if self._mock is None:
            return ()
        known = self._refusals.get(id(unit))
        if known is None:
            known = self._refusals[id(unit)] = self._mock.refusals(unit.whole)
        return known

    def _made_up(
        self, asked: Asked, request: Request, unit: Unit, operation: Operation, says: Document, title: str
    ) -> Known | Refused:
        events = says.get("events")
        stated = [one if isinstance(one, dict) else {} for one in events] if isinstance(events, list) else [says]
        if operation.node.operation.value == "subscription" and "events" not in says:
            number = asked.header(EVENTS) or "1"
            if not number.isdecimal() or not 0 < int(number) <= _MOST_EVENTS:
                return Refused(asked, why=f"{EVENTS} is a number from 1 to {_MOST_EVENTS}, not {number!r}.")
            stated *= int(number)
        answers: list[Json] = []
        for one in stated:
            mocked = Mocked()
            if self._mock is not None and "errors" not in one:
                name = operation.node.name.value if operation.node.name else None
                mocked = self._mock.execute(unit.whole, request.variables, name, one.get("data"))
            if mocked.refusals:
                return Refused(asked, ((self._name, mocked.refusals),), f"The schema refuses {asked.told}.")
            answers.append(_answer(mocked.data, one))
        return Known(asked, title, _reply(answers if asked.method == SUBSCRIBE else answers[0]))


def _introspects(operation: Operation) -> bool:
    """Whether only the schema is asked for."""
    selections = operation.node.selection_set.selections
    return all(isinstance(one, FieldNode) and one.name.value in ("__schema", "__type") for one in selections)


def _asks(operation: Operation) -> tuple[str, frozenset[str]]:
    """What kind of operation it is, and which fields it begins with."""
    selections = operation.node.selection_set.selections
    return operation.node.operation.value, frozenset(one.name.value for one in selections if isinstance(one, FieldNode))


def _as_graphql(asked: Asked, operation: Operation | None = None) -> Asked:
    what = ""
    if operation is not None:
        name = operation.node.name
        what = f"{operation.node.operation.value}{f' {name.value}' if name else ''}"
    return replace(asked, protocol="graphql", what=what)


def _answer(made_up: Json, says: Document) -> Document:
    """One answer: what is stated, and what it lacks made up."""
    stated: Document = {member: says[member] for member in ("data", "errors") if member in says}
    if "errors" in says:
        return {"data": None, **stated}
    return {**stated, "data": _filled(made_up, says["data"]) if "data" in says else made_up}


def _reply(value: Json) -> Reply:
    return Reply(200, (("content-type", "application/json"),), json.dumps(value, ensure_ascii=False).encode())


def _with_defaults(operation: Operation, variables: Document) -> Document:
    """The variables, and those that are left out with their defaults."""
    defaults = {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in operation.node.variable_definitions or ()
        if one.default_value is not None
    }
    return {**defaults, **variables}


def _differences(expected: Document, came: Document) -> Iterator[str]:
    for one in match_tree(expected, came, path="variables"):
        yield f"{one.path}: {one.text}"
    for name in came:
        if name not in expected and came[name] is not None:
            yield f"variables: Not expected: {name}."


def _filled(made_up: Json, stated: Json) -> Json:
    """What is stated, with what it lacks of objects made up."""
    if isinstance(made_up, dict) and isinstance(stated, dict):
        return {**stated, **{name: _filled(one, stated.get(name, one)) for name, one in made_up.items()}}
    if isinstance(made_up, list) and isinstance(stated, list) and len(made_up) == len(stated):
        return [_filled(one, other) for one, other in zip(made_up, stated, strict=True)]
    return stated
