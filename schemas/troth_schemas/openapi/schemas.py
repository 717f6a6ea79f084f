"""Two schemas of one thing, judged by the direction in which its values go; every gap becomes a rule's finding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Finding, Severity, Witness
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Dialect, Gap, SchemaAt, View, is_impossible, validator
from troth_schemas.openapi.aligned import Aligned, GapOfWhole, Told
from troth_schemas.openapi.causes import Causes
from troth_schemas.openapi.declared import Declarations, Declared, is_wider, property_at, says
from troth_schemas.openapi.overlapping import Deciding
from troth_schemas.openapi.pair import Direction, Sides, Subject
from troth_schemas.openapi.phrases import phrase
from troth_schemas.openapi.property_rules import CHANGED, PROPERTY, SCHEMA_NOT_COVERED
from troth_schemas.openapi.schema_table import Way, Where, table_rule
from troth_schemas.openapi.texts import same_texts
from troth_schemas.rule import Rule

_OF_THE_WHOLE: Final = (
    "additional-properties", "unevaluated-properties", "unevaluated-items", "property-names",
)  # fmt: skip
"""What is said of a whole object or array, though the gap is at one of its other members."""
_NEVER: Final = "no value is valid for its new schema, since what that requires contradicts itself"
_CONSTRAINTS: Final = ("enum", "const", "pattern", "minLength", "maxLength")


@dataclass(frozen=True, slots=True)
class SchemaPair:
    """Two schemas of one parameter, header or body. ``wrap`` makes a request or response of a value, for a witness."""

    subject: Subject
    direction: Direction
    where: Where
    reader: SchemaAt
    writer: SchemaAt
    wrap: Callable[[Json], Witness | None]

    @property
    def as_text(self) -> bool:
        """Whether its values are written as text, so that a text that looks like a number is one."""
        return self.where in ("parameter", "header")


class SchemaJudge:
    """Judges pairs of schemas; two places are compared once, wherever they are used."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._declarations = Declarations(sides.reader.documents, sides.writer.documents, sides.sameness)
        self._causes = Causes()
        self._never: dict[tuple[Documents, Location, Dialect], bool] = {}
        self._judges: dict[tuple[Dialect, Dialect, Way, Direction], Aligned] = {}

    def repeated(self) -> Iterator[Finding]:
        """Where else what was told is met, when all was judged."""
        return self._causes.repeated()

    def findings(self, pair: SchemaPair) -> Iterator[Finding]:
        """What differs, for better or worse; what was told of other schemas already is only noted."""
        if self._sides.same(pair.reader.location, pair.writer.location) and pair.reader.dialect == pair.writer.dialect:
            return
        bad: Way = "narrowed" if pair.direction == "request" else "widened"
        good: Way = "widened" if pair.direction == "request" else "narrowed"
        breaking = self._contain(pair, bad)
        told: set[tuple[str, tuple[str, ...]]] = set()
        if not breaking.gaps:
            yield from self._impossible(pair)
        for whole in breaking.gaps:
            gap = whole.gap
            if not (pair.as_text and _reads_as_text(pair, whole, bad)):
                told.add((gap.axis, gap.path))
                yield from self._of_gap(pair, whole, bad, breaks=True)
        for one in breaking.unjudged:
            new, old = _new_and_old(one.reader, one.writer, bad)
            found = pair.subject.found(
                f"{_thing(pair, one.path)} could not be judged: {one.sentence} ({one.keyword})",
                one.keyword, *one.path, reader=new, writer=old,
            )  # fmt: skip
            yield SCHEMA_NOT_COVERED.finding(found)
        for whole in self._contain(pair, good).gaps:
            if (whole.gap.axis, whole.gap.path) not in told:
                yield from self._of_gap(pair, whole, good, breaks=False)
        yield from self._declared(pair, told)

    def _impossible(self, pair: SchemaPair) -> Iterator[Finding]:
        """That a new answer can never come, which would fit whatever is expected."""
        if pair.direction == "request" or not self._is_impossible(pair.reader, pair.direction):
            return
        if not self._is_impossible(pair.writer, pair.direction):
            found = pair.subject.found(
                f"{_thing(pair, ())} could not be judged: {_NEVER}",
                "schema", reader=pair.reader.location, writer=pair.writer.location,
            )  # fmt: skip
            yield SCHEMA_NOT_COVERED.finding(found)

    def _is_impossible(self, schema: SchemaAt, direction: Direction) -> bool:
        key = schema.documents, schema.location, schema.dialect
        if key not in self._never:
            try:
                self._never[key] = is_impossible(schema, direction)
            except (LookupError, ContractUnreadable):
                self._never[key] = False  # a broken reference: `load` has told so
        return self._never[key]

    def _contain(self, pair: SchemaPair, way: Way) -> Told:
        first, second = (pair.reader, pair.writer) if way == "narrowed" else (pair.writer, pair.reader)
        try:
            return self._aligned(first, second, way, pair.direction).told(first.location, second.location)
        except (LookupError, ContractUnreadable):
            return Told()  # a broken reference: `load` has told so

    def _aligned(self, reader: SchemaAt, writer: SchemaAt, way: Way, direction: Direction) -> Aligned:
        key = reader.dialect, writer.dialect, way, direction
        if key not in self._judges:
            view, sides = View(access=direction), self._sides
            breaks = (way == "narrowed") == (direction == "request")
            judge = Deciding if breaks else Aligned
            self._judges[key] = judge(reader, writer, view, sides.options, sides.sameness, swapped=way == "widened")
        return self._judges[key]

    def _of_gap(self, pair: SchemaPair, whole: GapOfWhole, way: Way, *, breaks: bool) -> Iterator[Finding]:
        gap = whole.gap
        new, old = _new_and_old(gap.reader, gap.writer, way)
        name = gap.detail if gap.axis == "required" else ""
        path = (*gap.path, name) if name else gap.path
        if gap.axis in _OF_THE_WHOLE and path[-1:] in (("{}",), ("*",)):
            path = path[:-1]
        chosen = self._rule(pair, gap, way, new, path)
        if chosen is None:
            return
        rule, severity = chosen
        message = f"{_thing(pair, path)} {_verb(rule, gap, way)}"
        key = rule.id, severity, message, new, old
        cause = self._causes.get(key)
        witness = _witness(pair, whole) if breaks and (cause is None or cause.witness is None) else None
        demanded = name and pair.direction == "request" and way == "narrowed"
        element = _element(
            pair, gap.path if demanded else path
        )  # a demand concerns who sends what it is in, without it
        if cause is not None:
            cause.again(pair.subject.operation, element)
            cause.witness = cause.witness or witness
            return
        found = pair.subject.inner("", element=element).found(
            message,
            gap.axis, *path, *(() if name else (gap.detail,)),
            reader=new, writer=old, severity=severity, witness=witness, aliases=_aliases(rule, gap),
        )  # fmt: skip
        yield self._causes.add(key, rule.finding(found))

    def _rule(
        self, pair: SchemaPair, gap: Gap, way: Way, new: Location, path: tuple[str, ...]
    ) -> tuple[Rule, Severity | None] | None:
        """The rule for a gap, with the severity where it is not the rule's own; None for what is told elsewhere."""
        rules = PROPERTY[pair.direction]
        request, narrowed = pair.direction == "request", way == "narrowed"
        if pair.as_text and gap.axis in ("required", "property", "read-only", "write-only"):
            return table_rule(pair.direction, pair.where, "schema", way), None
        if gap.axis == "required":
            kind = _required_kind(gap, request=request, narrowed=narrowed)
            if kind in ("added-required", "became-required") and request and self._has_default(new, path[-1]):
                kind += "-default"
            return (rules[kind], None) if kind else None
        if gap.axis == "property":
            return (rules["refused"], None) if request == narrowed else None
        if gap.axis == "read-only":
            return rules["read-only" if narrowed else "not-read-only"], None
        if gap.axis == "write-only":
            return rules["write-only" if narrowed else "not-write-only"], None
        where: Where = "property" if pair.where == "body" and path else pair.where
        if gap.axis == "format":
            return CHANGED["format", pair.direction, where], "breaking" if request == narrowed else "safe"
        severity: Severity | None = None
        if gap.axis == "enum" and not request and not narrowed:
            severity = self._of_new_value(pair, gap)
        return table_rule(pair.direction, where, gap.axis, way), severity

    def _of_new_value(self, pair: SchemaPair, gap: Gap) -> Severity | None:
        """A response's enum that is dropped breaks; a value that joins one that is extensible is safe."""
        if gap.change != "narrowed":
            return "breaking"
        extensible = says(pair.writer.documents, gap.reader, "x-extensible-enum")
        return "safe" if extensible not in (None, False) else None

    def _has_default(self, new: Location, name: str) -> bool:
        value = property_at(self._sides.reader.documents, new, name)
        return isinstance(value, dict) and "default" in value

    def _declared(self, pair: SchemaPair, told: set[tuple[str, tuple[str, ...]]]) -> Iterator[Finding]:
        closed = {path for axis, path in told if axis in ("property", "read-only", "write-only")}
        lost = {path for axis, path in told if axis == "required"}
        known, direction, where, operation = self._causes.known, pair.direction, pair.where, pair.subject.operation
        for one in self._declarations.between(pair.reader.location, pair.writer.location):
            if one.path in closed or (one.kind == "format" and ("format", one.path) in told):
                continue
            if lost and one.kind in ("added", "removed") and one.path[:-1] in lost and self._is_told(pair, one):
                continue
            key = one.kind, one.detail, one.reader, one.writer, direction, where, _named(pair, one.path)
            if key in known:
                cause = known[key]
                if cause is not None:
                    cause.again(operation, _element(pair, one.path) if cause.element else None)
                continue
            rule = None if self._never_comes(pair, one) else _declared_rule(pair, one)
            if rule is None:
                self._causes.nothing(key)
                continue
            found = pair.subject.inner("", element=_element(pair, one.path)).found(
                f"{_thing(pair, one.path)} {_DECLARED[one.kind]}{f': {one.detail}' if one.detail else ''}",
                one.kind, *one.path, one.detail,
                reader=one.reader, writer=one.writer,
                severity=_declared_severity(pair, one),
            )  # fmt: skip
            yield self._causes.add(key, rule.finding(found))

    def _never_comes(self, pair: SchemaPair, one: Declared) -> bool:
        """Whether it is about a property that only goes the other way: ``readOnly`` in requests, ``writeOnly`` else."""
        flag = "readOnly" if pair.direction == "request" else "writeOnly"
        if one.kind == "removed":
            return says(pair.writer.documents, one.writer, flag) is True
        return one.kind == "added" and says(pair.reader.documents, one.reader, flag) is True

    def _is_told(self, pair: SchemaPair, one: Declared) -> bool:
        """Whether containment has told that this very property came as a required one, or went as one."""
        request = pair.direction == "request"
        way: Way = "narrowed" if request else "widened"
        if request != (one.kind == "added"):
            return False
        wanted = (one.path[:-1], one.path[-1])
        gaps = (whole.gap for whole in self._contain(pair, way).gaps)
        return any(gap.axis == "required" and (gap.path, gap.detail) == wanted for gap in gaps)


def _required_kind(gap: Gap, *, request: bool, narrowed: bool) -> str:
    known_by_both = gap.change != "added"
    if request:
        if narrowed:
            return "became-required" if known_by_both else "added-required"
        return "became-optional" if known_by_both else ""
    if narrowed:
        return "became-required" if known_by_both else ""
    return "became-optional" if known_by_both else "removed-required"


def _declared_rule(pair: SchemaPair, one: Declared) -> Rule | None:
    where: Where = "property" if pair.where == "body" and one.path else pair.where
    if one.kind in _DISCRIMINATED[pair.direction]:
        return CHANGED.get(("discriminator", pair.direction, where))
    if one.kind in _ANNOTATIONS:
        return CHANGED.get((one.kind, pair.direction, where))
    if one.kind in ("deprecated", "reactivated") and where != "property":
        return None
    return PROPERTY[pair.direction].get(one.kind)


def _declared_severity(pair: SchemaPair, one: Declared) -> Severity | None:
    if one.kind in _DISCRIMINATED[pair.direction]:
        return "breaking"
    if one.kind == "format":
        read, written = (one.reader, one.writer) if pair.direction == "request" else (one.writer, one.reader)
        sides = (pair.reader, pair.writer) if pair.direction == "request" else (pair.writer, pair.reader)
        wide, narrow = (says(side.documents, at, "format") for side, at in zip(sides, (read, written), strict=True))
        return "safe" if is_wider(wide, narrow) else None
    return None


_ANNOTATIONS: Final = ("default", "format", "content-encoding", "content-media-type", "discriminator")
_DISCRIMINATED: Final[dict[Direction, tuple[str, ...]]] = {
    "request": ("discriminated-removed", "discriminated-changed"),
    "response": ("discriminated-added", "discriminated-changed"),
}
"""What the side that reads cannot tell apart as the other side means it."""
_DECLARED: Final = {
    "added": "was added",
    "removed": "was removed",
    "default": "has another default",
    "format": "has another format",
    "content-encoding": "is encoded in another way",
    "content-media-type": "holds another media type",
    "discriminator": "is told apart in another way",
    "discriminated-removed": "can no longer be of a kind",
    "discriminated-added": "may be of another kind",
    "discriminated-changed": "is of another schema for a kind",
    "deprecated": "is deprecated",
    "reactivated": "is no longer deprecated",
    "extensible-added": "has another value in its extensible enum",
    "extensible-removed": "lost a value of its extensible enum",
}

_OWN_VERBS: Final = {
    ("required", "narrowed"): "became required",
    ("required", "widened"): "became optional",
    ("property", "narrowed"): "is refused now",
    ("property", "widened"): "may come, where no other property was allowed",
    ("read-only", "narrowed"): "became read-only",
    ("read-only", "widened"): "is no longer read-only",
    ("write-only", "narrowed"): "became write-only",
    ("write-only", "widened"): "is no longer write-only",
    ("format", "narrowed"): "has another format",
    ("format", "widened"): "has another format",
}


def _verb(rule: Rule, gap: Gap, way: Way) -> str:
    if rule in (PROPERTY["request"]["added-required"], PROPERTY["request"]["added-required-default"]):
        return "was added as a required one"
    if rule is PROPERTY["response"]["removed-required"]:
        return "was removed"
    own = _OWN_VERBS.get((gap.axis, way))
    if own is not None:
        return own
    return phrase(gap.axis, gap.change, gap.detail, way)


def _aliases(rule: Rule, gap: Gap) -> tuple[str, ...] | None:
    """Of a rule's aliases, the one that says whether a bound is new or another, where there are both."""
    kept = tuple(
        one
        for one in rule.aliases
        if one.endswith(("-set", "-unset", "-added", "became-enum")) == (gap.change == "added")
    )
    bound = any(one.endswith(("-set", "-unset", "became-enum", "pattern-added")) for one in rule.aliases)
    return kept if bound and kept else None


def _new_and_old(reader: Location, writer: Location, way: Way) -> tuple[Location, Location]:
    return (reader, writer) if way == "narrowed" else (writer, reader)


def _witness(pair: SchemaPair, whole: GapOfWhole) -> Witness | None:
    value = whole.witness
    return None if value is None else pair.wrap(value[0])


def _named(pair: SchemaPair, path: tuple[str, ...]) -> tuple[str, ...]:
    """What of a place a message is made of: two findings that say the same are one."""
    if pair.where == "body" and path and path[-1] not in ("*", "{}"):
        return path[-1:]
    return (*path, pair.subject.words)


def _thing(pair: SchemaPair, path: tuple[str, ...]) -> str:
    if not path:
        return f"The {pair.subject.words}"
    side = {"parameter": pair.subject.words, "header": pair.subject.words}.get(pair.where, f"the {pair.direction}")
    named = next((step for step in reversed(path) if step not in ("*", "{}")), None)
    if path[-1] == "*":
        what = "An element" + (f" of {named!r}" if named else "")
    elif path[-1] == "{}":
        what = "Any other member" + (f" of {named!r}" if named else "")
    else:
        what = f"The property {path[-1]!r}"
    return f"{what} in {side if side.startswith('the ') else f'the {side}'}"


def _element(pair: SchemaPair, path: tuple[str, ...]) -> str | None:
    base = pair.subject.element or ""
    return f"{base} /{'/'.join(path)}" if path and pair.where == "body" else base


def _reads_as_text(pair: SchemaPair, whole: GapOfWhole, way: Way) -> bool:
    """Numbers and booleans are written as texts in a path, query or header: who takes these texts takes them."""
    gap, witness = whole.gap, whole.witness
    reads, writes = (pair.reader, pair.writer) if way == "narrowed" else (pair.writer, pair.reader)
    at = SchemaAt(reads.documents, gap.reader, reads.dialect)
    if gap.axis in ("type", "enum", "const") and same_texts(at, SchemaAt(writes.documents, gap.writer, writes.dialect)):
        return True
    if gap.axis != "type" or witness is None:
        return False
    value = witness[0]
    for step in gap.path:
        value = value[0] if step == "*" and isinstance(value, list) and value else None
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float):
        text = str(value)
    else:
        return False
    if any(says(reads.documents, gap.reader, keyword) is not None for keyword in _CONSTRAINTS):
        return False
    return validator(at).is_valid(text)
