"""Expectations of Troth's own form as interactions of GraphQL."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from posixpath import normpath
from typing import Final

from graphql import FieldNode

from troth_schemas.errors import SchemasError
from troth_schemas.expectations import Expectation, Expectations, read_expectations
from troth_schemas.finding import Place as At
from troth_schemas.graphql.operations import Operation, Operations, Unit, unit_of
from troth_schemas.json_body import Document, Json
from troth_schemas.problem import Problem, pointer, steps_of
from troth_verifiers.api import Contract, Interaction, State
from troth_verifiers.errors import ContractUnreadable
from troth_verifiers.graphql.asked import (
    Asked,
    Expected,
    Persisted,
    Piece,
    Place,
    fault,
    interaction,
    schema_interaction,
)
from troth_verifiers.graphql.beside import Beside, beside
from troth_verifiers.graphql.checking import Checker, chosen
from troth_verifiers.graphql.entities import are_representations
from troth_verifiers.graphql.injecting import injected, is_to_come
from troth_verifiers.graphql.ruling import idle
from troth_verifiers.graphql.selecting import unselected
from troth_verifiers.graphql.texts import own_text

_SETTINGS: Final = ("path", "subscriptions", "additions")
_OF_AN_EVENT: Final = {"data", "errors"}
_ENTITIES: Final = "query ($representations: [_Any!]!) {{ _entities(representations: $representations) {} }}"


class _Faulty(Exception):
    """The contract is wrong at an interaction; the text says how."""


def read(contract: Contract) -> tuple[Interaction, ...]:
    """The interactions of expectations; the last one compares schemas, where one is given. Raises ContractUnreadable.

    One with a fault is there all the same and errors, so that those beside it are replayed.
    """
    try:
        expectations, problems = read_expectations(contract.name, contract.content)
        around = beside(contract.files)
    except SchemasError as error:
        raise ContractUnreadable(contract.name, [str(error)]) from None
    faults = _by_interaction(contract, problems)
    strange = [*_strange_documents(contract, expectations, around), *_strange_settings(expectations.value)]
    if strange:
        raise ContractUnreadable(contract.name, strange)
    reader = _Reader(contract, expectations, around, Checker(around.schema))
    found = [_interaction(one, reader.piece(one, faults.get(one.index))) for one in expectations.interactions]
    if around.schema is not None:
        found.append(schema_interaction(len(found), reader.whole))
    return tuple(found)


def _strange_documents(contract: Contract, expectations: Expectations, around: Beside) -> Iterator[str]:
    given = {normpath(name) for name in contract.files}
    for name in expectations.schemas:
        if normpath(name) not in given:
            yield f"/schema: The document {name} is referred to, and was not given."
    for name in around.strange:
        yield f"/schema: {name} is neither a schema of GraphQL nor operations."


def _strange_settings(value: Document) -> Iterator[str]:
    settings = value.get("settings", {})
    if not isinstance(settings, dict):
        yield "/settings: The settings of GraphQL are an object."
        return
    for name, one in settings.items():
        if name not in _SETTINGS:
            yield f"/settings/{name}: No such setting is known; there are {', '.join(_SETTINGS)}."
        elif name == "additions" and one not in ("refused", "allowed"):
            yield f"/settings/additions: It is refused or allowed, not {one!r}."
        elif not isinstance(one, str):
            yield f"/settings/{name}: It is a path, not {one!r}."


def _by_interaction(contract: Contract, problems: tuple[Problem, ...]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    whole: list[str] = []
    for one in problems:
        steps = steps_of(one.pointer)
        line = f" (line {one.line})" if one.line else ""
        if steps[:1] == ("interactions",) and len(steps) > 1:
            found.setdefault(int(steps[1]), []).append(f"{one.sentence}{line}")
        elif one.severity == "error":
            whole.append(f"{one.sentence}{line}")
    if whole:
        raise ContractUnreadable(contract.name, whole)
    return found


def _interaction(one: Expectation, piece: Piece) -> Interaction:
    states = tuple(State(state.name, state.params) for state in one.states)
    injects = injected(piece) if states else ()
    return interaction(
        one.index, one.description, piece, id=one.id, states=states, pending=one.pending, injects=injects
    )


@dataclass(frozen=True)
class _Reader:
    """Makes the pieces of one contract."""

    contract: Contract
    expectations: Expectations
    beside: Beside
    checker: Checker
    units: dict[tuple[str, bool], Unit] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)

    @cached_property
    def whole(self) -> Piece:
        """What all its interactions have in common."""
        written = self.expectations.value.get("settings")
        settings = written if isinstance(written, dict) else {}
        place = Place(_text(settings.get("path")), _text(settings.get("subscriptions")))
        return Piece(schema=self.beside.schema, place=place, additions=settings.get("additions") == "refused")

    def piece(self, one: Expectation, faults: list[str] | None) -> Piece:
        """What replaying an interaction takes, or why it cannot be replayed."""
        whole = self.whole
        if faults:
            return replace(whole, timeout=one.timeout, trouble=fault(" ".join(faults)))
        try:
            asked = self._asked(one, one.says, pointer("interactions", one.index))
            expected = Expected(_says(one), one.rules.body)
            self._check(one, asked, expected)
            trigger = self._trigger(one, asked)
            return replace(whole, asked=asked, expected=expected, trigger=trigger, timeout=one.timeout)
        except _Faulty as wrong:
            return replace(whole, timeout=one.timeout, trouble=fault(f"{wrong} ({self._where(one)})"))

    def _where(self, one: Expectation) -> str:
        return f"{self.contract.name}, line {one.line}" if one.line else self.contract.name

    def _asked(self, one: Expectation, says: Mapping[str, Json], at: str) -> Asked:
        written, name = says.get("operation"), says.get("operationName")
        if not isinstance(written, str) or not written.strip():
            raise _Faulty("There is no operation; write its text, or the name of a document under `schema`.")
        unit = self._unit(written, says.get("representations"), lambda: At(at, one.line, self.contract.name))
        if not isinstance(name, str | None):
            raise _Faulty("`operationName` is a text.")
        operation, why = chosen(unit, name)
        if operation is None:
            raise _Faulty(why)
        variables = _object(says.get("variables"), "variables")
        if "representations" in says:
            if not are_representations(says["representations"]) and not _wants_errors_alone(says):
                raise _Faulty("`representations` is a list of objects, each with its `__typename`.")
            variables = {**variables, "representations": says["representations"]}
            strange = self._strange_types(says["representations"])
            if strange and not _wants_errors_alone(says):
                raise _Faulty(f"The published schema has no type {', '.join(strange)}, which a representation is of.")
        trouble = self.checker.trouble(operation, variables)
        if trouble is not None and not _wants_errors_alone(says):
            raise _Faulty(trouble)
        headers = _object(says.get("headers"), "headers")
        conditions, fixed = self.checker.selecting(operation)
        return Asked(
            query=self._text(operation),
            operation=operation,
            name=operation.node.name.value if operation.node.name else None,
            variables=variables,
            headers=tuple((header, str(value)) for header, value in headers.items()),
            method="GET" if _method(says, operation.node.operation.value) == "GET" else "POST",
            persisted=_persisted(says),
            connection=_object(says.get("connection"), "connection"),
            conditions=conditions,
            fixed=fixed,
        )

    def _strange_types(self, representations: Json) -> list[str]:
        if self.beside.schema is None or not isinstance(representations, list):
            return []
        types = (one.get("__typename") for one in representations if isinstance(one, dict))
        known = self.beside.schema.served.types
        return [one for one in dict.fromkeys(map(str, types)) if one not in known and not is_to_come(one)]

    def _text(self, operation: Operation) -> str:
        """What is sent; made once."""
        if id(operation) not in self.texts:
            self.texts[id(operation)] = own_text(operation)
        return self.texts[id(operation)]

    def _unit(self, written: str, representations: Json, at: Callable[[], At]) -> Unit:
        """The document of an operation, which sees the fragments of those beside it."""
        known = next((one for one in self.beside.units if one.document == written.strip()), None)
        if known is not None:
            return known
        if written.strip() in self.contract.files or written.strip().endswith((".graphql", ".gql")):
            raise _Faulty(f"{written.strip()} is no document of operations that `schema` lists.")
        key = (written, representations is not None)
        if key not in self.units:
            self.units[key] = self._read(written, at(), of_entities=key[1])
        return self.units[key]

    def _read(self, written: str, at: At, *, of_entities: bool) -> Unit:
        try:
            unit = unit_of(self.contract.name, written, at)
            if of_entities and _selects_of_entities(unit):
                unit = unit_of(self.contract.name, _ENTITIES.format(written), at)
        except SchemasError as error:
            raise _Faulty(str(error)) from None
        Operations((unit, *self.beside.units))  # lets it see the fragments of the others
        return unit

    def _check(self, one: Expectation, asked: Asked, expected: Expected) -> None:
        selection = asked.selection
        subscribes = asked.kind == "subscription"
        if ("events" in one.says) != subscribes and (subscribes or "events" in one.says):
            raise _Faulty("A subscription has `events`, and nothing else has." if not subscribes else _NO_EVENTS)
        for member in ("errors", "events"):
            if member in one.says and not isinstance(one.says[member], list):
                raise _Faulty(f"`{member}` is a list.")
        if subscribes and one.says.keys() & _OF_AN_EVENT:
            raise _Faulty("The data and errors of a subscription stand in its `events`.")
        if not subscribes and "connection" in one.says:
            raise _Faulty("Only a subscription has a `connection`.")
        if not all(isinstance(each, dict) and each.keys() <= _OF_AN_EVENT for each in expected.events):
            raise _Faulty("An event is an object with `data` and `errors`, and nothing else.")
        examples = [("$.data", expected.says.get("data"))]
        examples += [
            (f"$.events[{index}].data", each.get("data"))
            for index, each in enumerate(expected.events)
            if isinstance(each, dict)
        ]
        strange = [path for at, data in examples for path in unselected(selection, selection.root, data, at)]
        if strange:
            raise _Faulty(f"{', '.join(strange)} is expected, and the operation does not select it.")
        lost = " ".join(idle(one.rules, expected.says))
        if lost:
            raise _Faulty(lost)

    def _trigger(self, one: Expectation, asked: Asked) -> Asked | None:
        written = one.says.get("trigger")
        if written is None:
            return None
        if asked.kind != "subscription":
            raise _Faulty("Only a subscription has a trigger.")
        says = {"operation": written} if isinstance(written, str) else _object(written, "trigger")
        return self._asked(one, says, pointer("interactions", one.index, "trigger"))


_NO_EVENTS: Final = "A subscription needs `events`: what is to come, in its order."


def _says(one: Expectation) -> Document:
    """What is expected; the data of a look-up of entities may be written as the list of them."""
    says: Document = {member: one.says[member] for member in ("data", "errors", "events") if member in one.says}
    if "representations" in one.says and isinstance(says.get("data"), list):
        says["data"] = {"_entities": says["data"]}
    return says


def _selects_of_entities(unit: Unit) -> bool:
    """Whether a document is only what is to be selected of entities, and not the whole look-up."""
    nodes = [one.node for one in unit.operations]
    if len(nodes) != 1 or nodes[0].name is not None or nodes[0].variable_definitions:
        return False
    return not any(
        isinstance(one, FieldNode) and one.name.value == "_entities" for one in nodes[0].selection_set.selections
    )


def _wants_errors_alone(says: Mapping[str, Json]) -> bool:
    return "errors" in says and says.get("data") is None


def _persisted(says: Mapping[str, Json]) -> Persisted:
    written = says.get("persisted", False)
    if not isinstance(written, bool):
        raise _Faulty(f"`persisted` is true or false, not {written!r}.")
    return "required" if written else "no"


def _method(says: Mapping[str, Json], kind: str) -> str:
    method = says.get("method", "POST")
    if method not in ("GET", "POST"):
        raise _Faulty(f"The method is {method!r}; it is GET or POST.")
    if method == "GET" and kind != "query":
        raise _Faulty(f"A {kind} is not sent by GET.")
    return str(method)


def _object(value: Json, what: str) -> Document:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _Faulty(f"`{what}` is an object.")
    return value


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
