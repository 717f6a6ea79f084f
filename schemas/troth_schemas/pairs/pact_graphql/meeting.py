"""A GraphQL request of a pact and the schema that is to answer it: what a rule sees."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Final

from graphql import BooleanValueNode, GraphQLNonNull, TypeInfo, ValidationContext

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Finding, Found, Place, Witness, WitnessKind
from troth_schemas.graphql.as_json_schema import Made, TooManyObjects, answer_schema, variables_schema
from troth_schemas.graphql.asking import Answer, Asker
from troth_schemas.graphql.asking_documents import of_sent
from troth_schemas.graphql.operations import Operation, Unit, unit_of
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.options import Options
from troth_schemas.pact import Pact
from troth_schemas.pact.parts import Exchange, Part
from troth_schemas.pact.shape import unknown_matchers
from troth_schemas.pairs.pact_bodies import FITS, Body, Misfit, Verdict, read, sent
from troth_schemas.pairs.pact_graphql.requests import Request

_NAME: Final = "graphql.json"
_OF_INT: Final = ("minimum", "maximum")
"""Int has 32 bits, which no consumer means to exceed by letting any whole number match."""


@dataclass(frozen=True)
class Meeting:
    """One request of one interaction, with the schema. Nothing is worked out before a rule asks for it."""

    pact: Pact
    exchange: Exchange
    request: Request
    document: SchemaDocument
    asker: Asker
    options: Options

    @property
    def title(self) -> str:
        """What people call the interaction."""
        return self.exchange.interaction.title

    @cached_property
    def unit(self) -> Unit | ContractUnreadable | None:
        """The document of the request; why it cannot be read; None where only its hash is sent."""
        if self.request.query is None:
            return None
        place = self.pact.place(self.request.place)
        try:
            unit = unit_of(self.pact.name, self.request.query, place)
        except ContractUnreadable as problem:
            return problem
        return unit

    @cached_property
    def operation(self) -> Operation | None:
        """The operation that is to run; None where it cannot be told."""
        if not isinstance(self.unit, Unit):
            return None
        wanted, operations = self.request.operation_name, self.unit.operations
        if wanted is None:
            return operations[0] if len(operations) == 1 else None
        return next((one for one in operations if one.node.name and one.node.name.value == wanted), None)

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """What the schema says of each operation of the document."""
        return self.asker.ask(self.unit) if isinstance(self.unit, Unit) else ()

    @cached_property
    def answer(self) -> Answer | None:
        """What the schema says of the operation."""
        return next((one for one in self.answers if one.operation is self.operation), None)

    @property
    def of_document(self) -> Iterator[Finding]:
        """What is said of the operation, and what else in its document has the provider refuse the whole of it."""
        if not isinstance(self.unit, Unit) or self.expects_refusal:
            return
        yield from self.answer.findings if self.answer is not None else ()
        seen = {one.message for one in self.answer.findings} if self.answer is not None else set()
        others = (one for answer in self.answers if answer is not self.answer for one in answer.findings)
        for one in chain(others, of_sent(self.unit)):
            if one.severity == "breaking" and one.message not in seen:
                seen.add(one.message)
                yield one

    @property
    def valid(self) -> bool:
        """Whether the operation can be answered at all."""
        return self.answer is not None and not any(one.severity == "breaking" for one in self.answer.findings)

    @cached_property
    def expects_refusal(self) -> bool:
        """Whether the consumer expects errors and no data, so that the request may be wrong on purpose."""
        body = self._answer_body
        status = self.exchange.status
        if isinstance(body, dict) and body.get("errors"):
            return body.get("data") is None
        return status is not None and 400 <= status < 500 and not (isinstance(body, dict) and body.get("data"))

    @property
    def misses_batch(self) -> str | None:
        """How the answers that are expected cannot be those to a batch of requests; told of its first request."""
        asked, given = self.exchange.request, self.exchange.response
        if self.request.within != (0,) or asked is None or not given.contents.present or given.contents.unreadable:
            return None
        count, answers = len(_listed(asked.contents.value)), given.contents.value
        if not isinstance(answers, list):
            return None if self.expects_refusal else f"{count} requests are sent as one list, but no list is expected"
        if len(answers) == count or given.rules.body:
            return None
        return f"{count} requests are sent as one list, but {len(answers)} answers are expected"

    @property
    def _answer_body(self) -> Json:
        value = self.exchange.response.contents.value
        for index in self.request.within:
            value = value[index] if isinstance(value, list) and index < len(value) else None
        return value

    @cached_property
    def taken(self) -> Verdict:
        """The variables of the example, with the rules for them, against the types that the operation declares.

        A single value stands for a list of one, which makes reasons hard to read: what is wrong even so is told as if
        lists had to be lists.
        """
        if self.operation is None or self.request.unreadable:
            return FITS
        found = self._taken(self.variables_schema)
        if found.wrong:
            lenient = self._taken(variables_schema(self.document.served, self.operation.node, self._never_null))
            found = found if lenient.wrong else lenient
        return replace(found, doubt=tuple(one for one in found.doubt if one.axis not in _OF_INT))

    def _taken(self, made: Made) -> Verdict:
        wrapped = _around(made.schema, self._way_to_variables)
        if not self._in_body:
            variables = {} if self.request.variables is None else self.request.variables
            return self._asked({"variables": variables}, None, wrapped, sending=True)
        whole = self.exchange.request
        assert whole is not None
        return self._asked(whole.contents.value, whole, wrapped, sending=True)

    @property
    def _in_body(self) -> bool:
        """Whether the variables are part of the request's body, to which its matching rules apply."""
        return self.request.in_body and self.request.variables_place is not None

    @property
    def _way_to_variables(self) -> tuple[int | str, ...]:
        return (*self.request.within, "variables") if self._in_body else ("variables",)

    @cached_property
    def _never_null(self) -> frozenset[str]:
        """Variables that stand where null is refused as the operation runs, if no answer with errors is expected.

        A default value, of the variable or of what takes it, lets them be declared as if they could be null.
        """
        body = self._answer_body
        if self.operation is None or (isinstance(body, dict) and body.get("errors")):
            return frozenset()
        schema = self.document.prepared
        context = ValidationContext(schema, self.operation.unit.whole, TypeInfo(schema), lambda _error: None)
        usages = context.get_recursive_variable_usages(self.operation.node)
        return frozenset(one.node.name.value for one in usages if isinstance(one.type, GraphQLNonNull))

    @property
    def _known_variables(self) -> dict[str, Json]:
        """The values of variables that are the same in every request: no rule lets others in."""
        request, whole = self.request, self.exchange.request
        assert self.operation is not None
        if request.unreadable or whole is None or whole.rules.body:
            return {}
        defaults: dict[str, Json] = {
            one.variable.name.value: one.default_value.value
            for one in self.operation.node.variable_definitions or ()
            if isinstance(one.default_value, BooleanValueNode)
        }
        return {**defaults, **(request.variables if isinstance(request.variables, dict) else {})}

    @cached_property
    def variables_schema(self) -> Made:
        """What the variables may be, lists being lists."""
        assert self.operation is not None
        return variables_schema(self.document.served, self.operation.node, self._never_null, lists_only=True)

    @cached_property
    def given(self) -> Verdict:
        """The answer that the consumer expects, with its rules, against every answer that is possible."""
        response = self.exchange.response
        if self.answer_schema is None or not response.contents.present:
            return FITS
        if response.contents.unreadable or response.contents.kind not in ("json", "text"):
            where = SchemaAt(Documents.of(_NAME, {}), Location(_NAME), "2020-12").location
            why = response.contents.unreadable or "the body of the answer is no JSON"
            return Verdict(uncovered=(Misfit((), "", why, "schema", where),))
        wrapped = _around(self.answer_schema.schema, self.request.within)
        return self._asked(response.contents.value, response, wrapped, sending=False)

    @cached_property
    def answer_schema(self) -> Made | None:
        """Every answer that is possible; None where the operation is not valid or has too many."""
        if self.operation is None or not self.valid:
            return None
        try:
            body = self._answer_body
            failing = not isinstance(body, dict) or "errors" in body or body.get("data") is None
            unit, node = self.operation.unit, self.operation.node
            return answer_schema(self.document.served, unit, node, self._known_variables, failing=failing)
        except TooManyObjects:
            return None

    def _asked(self, value: Json, part: Part | None, schema: Document, *, sending: bool) -> Verdict:
        at = SchemaAt(Documents.of(_NAME, schema), Location(_NAME), "2020-12")
        shaped = part.shape if part is not None else None
        ruled = part is not None and bool(part.rules.body)
        body = Body.of(value, shaped if shaped is not None else _exactly(value), ruled=ruled)
        try:
            found = (sent if sending else read)(body, at, self.options)
        except (LookupError, ContractUnreadable, ValueError) as problem:
            return Verdict(uncovered=(Misfit((), "", str(problem), "schema", at.location),))
        marks = tuple(
            Misfit(path, "", f"has the matcher {name!r}, which is not understood", "matcher", at.location)
            for path, name in (unknown_matchers(shaped) if shaped is not None else ())
        )
        return Verdict(found.wrong, found.doubt, (*found.uncovered, *marks))

    def told(self, misfit: Misfit, message: str, *, sending: bool) -> Found:
        """A misfit as a rule yields it, with its places in both documents."""
        part = self.exchange.request if sending else self.exchange.response
        assert part is not None
        if sending and not self._in_body:
            mine = self.pact.place(self.request.variables_place or self.request.place)
        else:
            mine = self.pact.place(f"{part.body_place}{misfit.pointer}")
        theirs = self.schema_place(self._names(misfit, sending=sending))
        kind: WitnessKind = "request" if sending else "response"
        witness = None if misfit.witness is None else Witness(kind, misfit.witness[0], misfit.sentence)
        element = ".".join(self._names(misfit, sending=sending)) or None
        return Found(
            message,
            (self.title, *misfit.path, misfit.axis),
            reader=theirs if sending else mine,
            writer=mine if sending else theirs,
            interaction=self.title,
            element=element,
            witness=witness,
        )

    def _names(self, misfit: Misfit, *, sending: bool) -> tuple[str, ...]:
        made = self.variables_schema if sending else self.answer_schema
        steps = self._way_to_variables if sending else self.request.within
        prefix = "".join(f"/prefixItems/{one}" if isinstance(one, int) else f"/properties/{one}" for one in steps)
        return () if made is None else made.path(misfit.schema.pointer.removeprefix(prefix))

    def schema_place(self, path: Iterable[str]) -> Place:
        """A place in the schema by the names that lead to it, or what is nearest."""
        schema = self.document.served
        names = tuple(path)
        owner = schema.types.get(names[0]) if names else None
        if owner is None:
            return schema.place(schema.at)
        member = owner.fields.get(names[1]) or owner.inputs.get(names[1]) if len(names) > 1 else None
        return schema.place(owner.at, owner.name) if member is None else schema.place(member.at, *names)


def _around(schema: Document, within: tuple[int | str, ...]) -> Document:
    """A schema for the whole body, of which only one place is asked."""
    definitions = schema.get("$defs")
    made: Document = {key: value for key, value in schema.items() if key != "$defs"}
    for step in reversed(within):
        if isinstance(step, int):
            made = {"prefixItems": [*({} for _ in range(step)), made]}
        else:
            made = {"properties": {step: made}, "additionalProperties": True}
    return made if definitions is None else {**made, "$defs": definitions}


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _exactly(value: Json) -> Document:
    return {"const": value}
