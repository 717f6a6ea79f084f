r"""What a pact's body stands for against a provider's JSON Schema, in either direction.

*Sent* by the consumer: everything that it may send must be accepted. The example must be valid. Of what its rules let
in besides, an expression or a list of texts with some that the schema refuses, or another kind of value, is a promise
to send what is refused: wrong. A bare type matcher rather says that the value does not matter, so that is in doubt.

*Read* by the consumer: what it relies on must be possible. It pins the provider's state, so an equality is no claim
about every answer, and a rule that takes more than the provider ever sends does no harm:

| the consumer has | the provider has | so it is |
|---|---|---|
| an example without a rule | a schema that accepts it | possible |
| an example without a rule | a schema that refuses it | wrong |
| a type matcher, example "NEW" | enum: [NEW, PAID] | possible, a string is what comes |
| a type matcher, example "new" | enum: [NEW, PAID] | in doubt: only the example never comes |
| a type matcher, example 1 | type: string | wrong |
| the expression ^[A-Z]+$, example "NEW" | enum: [NEW, PAID] | possible |
| the expression ^\d+$, example "1" | enum: [NEW, PAID] | wrong |
| integer, example 1 | type: number | possible |
| 5 | oneOf: [type: integer, type: number] | wrong, both take it |
| an object | oneOf, several of which take it | possible if members can come that leave one |
| each-like of at least 3 elements | maxItems: 2 | wrong |
| anything | a member that is not described | wrong |
| anything | a required member, seen or not, that nothing is valid for | wrong |
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import (
    Check,
    Completion,
    Containment,
    Gap,
    SchemaAt,
    Unjudged,
    Validator,
    View,
    completed,
    contain,
    sample,
    validator,
)
from troth_schemas.jsonschema.nodes import node_at
from troth_schemas.options import Options
from troth_schemas.pact.matchers import RuleList
from troth_schemas.pact.rules import Rules
from troth_schemas.pact.shape import grown, opened, shape
from troth_schemas.pairs.broken_references import broken, garbled
from troth_schemas.pairs.pact_words import sentence
from troth_schemas.problem import pointer, steps_of

SENT: Final = View(access="request", discriminated=True)
READ: Final = View(required=False, undeclared="refused", access="response")
"""A consumer may use a subset of what comes, and relies on no member that nobody describes."""

_OF_MEMBERS: Final = frozenset(
    {"property", "required", "read-only", "write-only", "additional-properties", "unevaluated-properties",
     "pattern-properties", "property-names", "schema"}
)  # fmt: skip
"""What is decided by a member's mere presence or absence: no other value would be better."""
_NAMED_LAST: Final = frozenset({"property", "read-only", "write-only"})
"""Axes whose path ends with the member, though the schema that the writer has there is the object's."""
_NAME: Final = "the pact"
_NEVER: Final = "cannot come: whatever else comes with it, the alternatives and conditions of the schema refuse it"
_OPEN: Final = (
    "could not be judged: whether other members can come by which the alternatives and conditions of the schema "
    "accept it was not decided"
)
_NEEDED: Final = "cannot come: the schema needs {} with it, and nothing is valid for all of that"
_REFUSED: Final = "is refused as a whole: by the schema that its discriminator names, or by what has to come with it"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A place where a body and a schema do not fit: its path in the body, its pointer in the example, and why."""

    path: tuple[str, ...]
    pointer: str
    sentence: str
    axis: str
    schema: Location
    witness: tuple[Json] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is ``wrong``, what is in ``doubt``, and what could not be told (``uncovered``)."""

    wrong: tuple[Misfit, ...] = ()
    doubt: tuple[Misfit, ...] = ()
    uncovered: tuple[Misfit, ...] = ()


FITS: Final = Verdict()


@dataclass(frozen=True, slots=True)
class Body:
    """An example, and the set that it stands for (``shape``); ``ruled`` says whether that is more than the example."""

    value: Json
    shape: Document
    ruled: bool

    @classmethod
    def of(cls, value: Json, shaped: Document, *, ruled: bool) -> "Body":
        """The body of a part. An example with fewer elements than its own rule demands gets as many."""
        return cls(grown(shaped, value) if ruled else value, shaped, ruled)


def sent(body: Body, schema: SchemaAt, options: Options, view: View = SENT) -> Verdict:
    """Whether all that a consumer may send is accepted. Raises LookupError, ContractUnreadable."""
    gone = broken(schema)
    if gone is not None:
        return _unread(schema, gone)
    asked = validator(schema, view, format_assertion=options.format_assertion)
    wrong: tuple[Misfit, ...] = ()
    uncovered: tuple[Misfit, ...] = ()
    seen = asked.check(body.value)
    if not seen.valid:
        wrong = _of_example(body, schema, view, options, asked)
    if not body.ruled:
        return Verdict(wrong) if wrong else _as_understood(body, schema, view, options, asked, seen)
    shaped = _made(body.shape)
    found = _contained(schema, shaped, view, options)
    known = {one.path for one in wrong}
    claims = [gap for gap in found.gaps if gap.path not in known]
    strict = [gap for gap in claims if _is_claimed(gap, shaped) and not _is_loose(gap, schema, shaped, view)]
    wrong += tuple(_misfit(gap, shaped) for gap in strict)
    doubt = tuple(_misfit(gap, shaped) for gap in claims if gap not in strict)
    if not wrong:
        uncovered = (*_undetermined(body, schema, asked, seen), *(_open(one) for one in found.unjudged))
    return Verdict(wrong, doubt, uncovered)


def read(body: Body, schema: SchemaAt, options: Options, view: View = READ) -> Verdict:
    """Whether what a consumer relies on is possible. Raises LookupError, ContractUnreadable."""
    gone = broken(schema)
    if gone is not None:
        return _unread(schema, gone)
    asked = validator(schema, view, format_assertion=options.format_assertion)
    seen = asked.check(body.value)
    if not (seen.open or seen.valid):
        return _refused(body, schema, view, options, asked, seen)
    if not (seen.open or seen.lacking):
        return _as_understood(body, schema, view, options, asked, seen)
    whole = _completed(schema, shape(body.value), body.value, view, options)
    if whole.value is not None:
        return _as_understood(body, schema, view, options, asked, seen)
    if seen.undeclared:
        return _refused(body, schema, view, options, asked, seen)
    if not whole.ruled_out or (seen.tagged and not seen.open):
        return Verdict(uncovered=(Misfit((), "", _OPEN, "one-of", schema.location),))
    return _ruled_out(body, schema, view, options, asked, seen)


def _refused(body: Body, schema: SchemaAt, view: View, options: Options, asked: Validator, seen: Check) -> Verdict:
    """The verdict of an example that never comes, whatever comes with it."""
    example = _of_example(body, schema, view, options, asked)
    if not body.ruled:
        return Verdict(_proved(example, body, schema, view))
    shaped = _made(body.shape)
    gaps = _contained(schema, shaped, view, options).gaps
    doubt = tuple(one for one in example if _may_come(one, gaps, schema, body.shape, view, options))
    settled = len(doubt) == len(example) or (seen.undeclared and not seen.open)  # nothing else declares that member
    if not settled and _completed(schema, body.shape, body.value, view, options).value is not None:
        doubt = example
    wrong = _proved((one for one in example if one not in doubt), body, schema, view)
    return Verdict(wrong, tuple(replace(one, witness=None) for one in doubt))


def _ruled_out(body: Body, schema: SchemaAt, view: View, options: Options, asked: Validator, seen: Check) -> Verdict:
    """The same where members that may come besides do not help: told of the smallest part that says so."""
    if not seen.valid:
        found = _of_example(body, schema, view, options, asked)
    elif any(seen.lacking):
        needed = " and ".join(map(repr, seen.lacking))
        found = (Misfit((), "", _NEEDED.format(needed), "required", schema.location),)
    else:
        path = _narrowed(body.value, schema, view, options)
        found = (Misfit(path, pointer(*path), _NEVER, "one-of", schema.location),)
    if body.ruled:
        other = _completed(schema, body.shape, body.value, view, options)
        if other.value is not None:
            return Verdict(doubt=tuple(replace(one, witness=None) for one in found))
        if not other.ruled_out:
            return Verdict(uncovered=tuple(replace(one, sentence=_OPEN, witness=None) for one in found))
    return Verdict(_proved(found, body, schema, view))


def _completed(schema: SchemaAt, shaped: Json, part: Json, view: View, options: Options) -> Completion:
    return completed(schema, _made(opened(shaped)), part, options, view)


def _narrowed(value: Json, schema: SchemaAt, view: View, options: Options) -> tuple[str, ...]:
    """The path to the smallest part of an example that is ruled out alone."""
    path: tuple[str, ...] = ()
    here = value
    while isinstance(here, dict):
        for name in here:
            alone = _alone(value, pointer(*path, name))
            if _completed(schema, shape(alone), alone, view, options).ruled_out:
                break
        else:
            return path
        path, here = (*path, name), here[name]
    return path


def _as_understood(
    body: Body, schema: SchemaAt, view: View, options: Options, asked: Validator, seen: Check
) -> Verdict:
    """The verdict of an example that fits all that is understood of a schema."""
    uncovered = _undetermined(body, schema, asked, seen)
    if garbled(schema) is not None:
        found = _contained(schema, _made(shape(body.value)), view, options)
        uncovered += tuple(_open(one) for one in found.unjudged if _is_garbled(one, schema))
    return Verdict(uncovered=uncovered)


def _undetermined(body: Body, schema: SchemaAt, asked: Validator, seen: Check) -> tuple[Misfit, ...]:
    """That a discriminator's value names no schema, where nobody tells which names there are."""
    if not seen.nameless or asked.is_determined(body.value):
        return ()
    said = "could not be judged: the value of a discriminator names no schema, and no mapping lists its values"
    return (Misfit((), "", said, "discriminator", schema.location),)


def _is_garbled(one: Unjudged, schema: SchemaAt) -> bool:
    return one.keyword in node_at(SchemaAt(schema.documents, one.reader, schema.dialect)).facts.odd


def _unread(schema: SchemaAt, why: str) -> Verdict:
    sentence_ = f"has a schema that cannot be read: {why}"
    return Verdict(uncovered=(Misfit((), "", sentence_, "schema", schema.location),))


def takes(rules: RuleList, example: str, text: str) -> bool:
    """Whether matching rules of a header or parameter accept a text."""
    return validator(_made(shape(example, Rules.of([((), rules)])))).is_valid(text)


def _of_example(body: Body, schema: SchemaAt, view: View, options: Options, asked: Validator) -> tuple[Misfit, ...]:
    """Why the example is refused; what only the validator can tell, in its words."""
    shaped = _made(shape(body.value))
    told = (_misfit(gap, shaped) for gap in _contained(schema, shaped, view, options).gaps)
    found = tuple(one for one in told if one.axis != "property" or not asked.is_valid(_alone(body.value, one.pointer)))
    if found:
        return tuple({(one.path, one.sentence): one for one in found}.values())
    texts = asked.errors(body.value)[:5] or (_REFUSED,)
    return tuple(Misfit((), "", text, "schema", schema.location, (body.value,)) for text in texts)


def _alone(value: Json, at: str) -> Json:
    """The example with nothing but the way to one place: declared elsewhere, it is accepted so."""
    step, _, rest = at[1:].partition("/")
    name = steps_of(f"/{step}")[0]
    if isinstance(value, dict) and name in value:
        return {name: _alone(value[name], f"/{rest}" if rest else "/")}
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return [_alone(value[int(name)], f"/{rest}" if rest else "/")]
    return value


def _may_come(
    wrong: Misfit, gaps: Iterable[Gap], schema: SchemaAt, shaped: Document, view: View, options: Options
) -> bool:
    """Whether another value of the rule's set may come where the example cannot."""
    if wrong.axis in _OF_MEMBERS:
        return False
    here = [gap for gap in gaps if gap.path == wrong.path]
    return bool(here) and all(_is_possible(gap, schema, shaped, view, options) for gap in here)


def _is_possible(gap: Gap, schema: SchemaAt, shaped: Document, view: View, options: Options) -> bool:
    if gap.axis in _OF_MEMBERS:
        return False
    there = SchemaAt(schema.documents, gap.reader, schema.dialect)
    whole = _made(opened(shaped))
    seen = SchemaAt(whole.documents, gap.writer, whole.dialect)
    return completed(there, seen, None, options, view).value is not None


def _proved(misfits: Iterable[Misfit], body: Body, schema: SchemaAt, view: View) -> tuple[Misfit, ...]:
    """With something that the provider may send, and the consumer does not take, as the proof of each."""
    misfits = tuple(misfits)
    found = sample(schema) if misfits else None
    comes = found is not None and validator(schema, View(access=view.access)).is_valid(found[0])
    if found is not None and (not comes or validator(_made(opened(body.shape))).is_valid(found[0])):
        found = None
    return tuple(replace(one, witness=found) for one in misfits)


def _is_claimed(gap: Gap, shaped: SchemaAt) -> bool:
    """Whether the consumer says in so many words that it may send what the schema refuses."""
    written = shaped.documents.value(gap.writer)
    said = written if isinstance(written, dict) else {}
    if gap.axis in ("type", "nullability"):
        return gap.change != "narrowed"
    return gap.axis in ("enum", "const", "pattern", "format", "discriminator") and ("pattern" in said or "enum" in said)


def _is_loose(gap: Gap, schema: SchemaAt, shaped: SchemaAt, view: View) -> bool:
    """Whether an expression fits as soon as it is meant for the whole text: few people write its ends."""
    written = shaped.documents.value(gap.writer)
    stated = written.get("pattern") if isinstance(written, dict) else None
    if gap.axis not in ("pattern", "enum", "const") or not isinstance(stated, str):
        return False
    whole = _made({"type": "string", "pattern": f"^(?:{stated})$"})
    return contain(SchemaAt(schema.documents, gap.reader, schema.dialect), whole, view).contained is True


def _contained(schema: SchemaAt, shaped: SchemaAt, view: View, options: Options) -> Containment:
    """Whether all of a shape is valid, with every place of the writer's in the shape: what the shape has in common with
    a condition may stand in the schema.
    """
    found = contain(schema, shaped, view, options)
    return Containment(
        tuple(replace(one, writer=_in_shape(one.writer, one.path, shaped)) for one in found.gaps),
        tuple(replace(one, writer=_in_shape(one.writer, one.path, shaped)) for one in found.unjudged),
        found.judged,
    )


def _in_shape(place: Location, path: tuple[str, ...], shaped: SchemaAt) -> Location:
    if place.document == _NAME:
        return place
    here = shaped.documents.value(shaped.location)
    at = shaped.location.pointer
    for step in path:
        for way in (("properties", step), ("items",), ("additionalProperties",)):
            below = here.get(way[0]) if isinstance(here, dict) else None
            inner = below.get(step) if len(way) > 1 and isinstance(below, dict) else below
            if isinstance(inner, dict):
                here, at = inner, at + pointer(*way)
                break
        else:
            break
    return Location(_NAME, at)


def _misfit(gap: Gap, shaped: SchemaAt) -> Misfit:
    name = gap.path[-1:] if gap.axis in _NAMED_LAST else ()
    at = pointer(*_instance_steps(gap.writer.pointer), *name)
    return Misfit(gap.path, at, sentence(gap, shaped), gap.axis, gap.reader, gap.witness)


def _open(one: Unjudged) -> Misfit:
    at = pointer(*_instance_steps(one.writer.pointer))
    return Misfit(one.path, at, f"could not be judged: {one.sentence}", one.keyword, one.reader)


def _instance_steps(place: str) -> Iterator[str]:
    """The way in an example that a place in its shape stands for, as far as it is one way."""
    steps = iter(steps_of(place))
    for step in steps:
        if step == "properties" or step == "prefixItems":
            yield next(steps)
        elif step in ("items", "contains"):
            yield "0"
        elif step in ("anyOf", "allOf"):
            next(steps)
        else:
            return


def _made(schema: Json) -> SchemaAt:
    return SchemaAt(Documents.of(_NAME, schema), Location(_NAME), "2020-12")
