"""Two schemas in step: each pair is one thing that both have, or that one of them lacks.

``new`` is the reader of the operations that are valid for ``old``, the writer. A rule sees a pair and never walks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal, TypeAlias, TypeVar

from troth_schemas.finding import Found, Place, Severity, Witness
from troth_schemas.graphql.federation import needs_no_definition
from troth_schemas.graphql.model import (
    OPERATIONS,
    At,
    Directive,
    Field,
    Input,
    OperationKind,
    Schema,
    Type,
    Usage,
    Value,
)
from troth_schemas.graphql.proofs import Proofs
from troth_schemas.options import Options

T = TypeVar("T")

InputHolder = Literal["argument", "directive argument", "input field"]


@dataclass(frozen=True, slots=True)
class Two:
    """Two schemas, what may be told about the comparison, and the maker of witnesses."""

    new: Schema
    old: Schema
    options: Options
    proofs: Proofs


@dataclass(frozen=True, slots=True)
class Pair:
    """Where the two sides of a pair stand; ``path`` is the way of names to it, ``element`` what consumers call it."""

    two: Two
    path: tuple[str, ...]
    element: str
    new_at: At
    old_at: At

    @property
    def reader(self) -> Place:
        """The place in the new schema, or that of what would hold the thing."""
        return self.two.new.place(self.new_at, *self.path)

    @property
    def writer(self) -> Place:
        """The place in the old schema, or that of what would hold the thing."""
        return self.two.old.place(self.old_at, *self.path)

    def found(
        self,
        message: str,
        *,
        witness: Witness | None = None,
        severity: Severity | None = None,
        element: str | None = None,
    ) -> Found:
        """What a rule yields about this pair."""
        return Found(
            message=message,
            key=self.path,
            reader=self.reader,
            writer=self.writer,
            element=element or self.element,
            witness=witness,
            severity=severity,
        )


@dataclass(frozen=True, slots=True)
class RootPair(Pair):
    """The types for one kind of operation, by name; None where there is none."""

    kind: OperationKind
    new: str | None
    old: str | None


@dataclass(frozen=True, slots=True)
class TypePair(Pair):
    """A type."""

    new: Type | None
    old: Type | None


@dataclass(frozen=True, slots=True)
class FieldPair(Pair):
    """A field of an object or interface; ``owner`` is the old one."""

    owner: Type
    new: Field | None
    old: Field | None


@dataclass(frozen=True, slots=True)
class InputPair(Pair):
    """An argument or a field of an input object. ``field`` is the old field whose argument it is, if it is one."""

    holder: InputHolder
    owner: Type | Directive
    field: Field | None
    new: Input | None
    old: Input | None


@dataclass(frozen=True, slots=True)
class ValuePair(Pair):
    """A value of an enum."""

    owner: Type
    new: Value | None
    old: Value | None


@dataclass(frozen=True, slots=True)
class MemberPair(Pair):
    """A member of a union, or an interface that a type implements: whether each side has it."""

    owner: Type
    name: str
    new: bool
    old: bool


@dataclass(frozen=True, slots=True)
class DirectivePair(Pair):
    """A directive that is defined."""

    new: Directive | None
    old: Directive | None


@dataclass(frozen=True, slots=True)
class DescribedPair(Pair):
    """Something that both have, with its description and the directives applied to it."""

    new: str | None
    old: str | None
    new_usages: tuple[Usage, ...]
    old_usages: tuple[Usage, ...]


def unreached(pair: Pair, type_: str, found: Found) -> Found:
    """What was found about a type; only risky where no operation could reach the type."""
    if pair.two.proofs.reaches(type_):
        return found
    return replace(found, severity="risky", message=f"{found.message} No operation could reach {type_}.")


@dataclass(slots=True)
class Pairs:
    """Everything that may differ, family by family."""

    roots: list[RootPair] = field(default_factory=list)
    types: list[TypePair] = field(default_factory=list)
    fields: list[FieldPair] = field(default_factory=list)
    inputs: list[InputPair] = field(default_factory=list)
    values: list[ValuePair] = field(default_factory=list)
    members: list[MemberPair] = field(default_factory=list)
    interfaces: list[MemberPair] = field(default_factory=list)
    directives: list[DirectivePair] = field(default_factory=list)
    described: list[DescribedPair] = field(default_factory=list)
    judged: int = 0


def pairs(two: Two) -> Pairs:
    """All pairs that are not plainly equal."""
    found = Pairs()
    new, old = two.new, two.old
    replaced = dict(_renamed_roots(two))
    for kind in OPERATIONS:
        root, before = new.roots.get(kind), old.roots.get(kind)
        if root != before:
            name = before or root or ""
            found.roots.append(RootPair(two, ("schema", kind), name, new.at, old.at, kind, root, before))
    if new.description != old.description or new.usages != old.usages:
        found.described.append(
            DescribedPair(
                two, ("schema",), "schema", new.at, old.at, new.description, old.description, new.usages, old.usages
            )
        )
    _all_types(two, found, replaced)
    for gone, instead in replaced.items():
        _types(two, found, new.types[instead], old.types[gone])
    for name, one, other in _both(new.directives, old.directives):
        if not (one is None or other is None) or not needs_no_definition(two.new, f"@{name}"):
            _directives(two, found, name, one, other)
    return found


def _all_types(two: Two, found: Pairs, replaced: Mapping[str, str]) -> None:
    for name, mine, theirs in _both(two.new.types, two.old.types):
        if mine is not None and theirs is not None:
            _types(two, found, mine, theirs)
        elif mine is None and theirs is not None:
            found.judged += 1
            if name not in replaced and not needs_no_definition(two.new, name):
                found.types.append(TypePair(two, (name,), name, two.new.at, theirs.at, None, theirs))
        elif mine is not None and name not in replaced.values():
            found.types.append(TypePair(two, (name,), name, mine.at, two.old.at, mine, None))


def _renamed_roots(two: Two) -> Iterator[tuple[str, str]]:
    """Root types that have another name now: they are compared as one type."""
    for kind in OPERATIONS:
        mine, theirs = two.new.roots.get(kind), two.old.roots.get(kind)
        if mine and theirs and mine != theirs and mine in two.new.types and theirs in two.old.types:
            yield theirs, mine


def _types(two: Two, found: Pairs, new: Type, old: Type) -> None:
    found.judged += 1 + len(old.fields) + len(old.inputs) + len(old.values) + len(old.members)
    if new.name == old.name and two.new.same_text(new, two.old, old):
        return
    name = old.name
    _describe(two, found, (name,), name, new, old)
    if new.kind != old.kind:
        found.types.append(TypePair(two, (name,), name, new.at, old.at, new, old))
        return
    if new.one_of != old.one_of:
        found.types.append(TypePair(two, (name,), name, new.at, old.at, new, old))
    for key, mine, theirs in _both(new.fields, old.fields):
        _fields(two, found, new, old, key, mine, theirs)
    _inputs(
        two, found, new.inputs, old.inputs, ("input field", old, None, (name,), lambda each: f"{name}.{each}", new.at)
    )
    for key, value, before in _both(new.values, old.values):
        path, element = (name, key), f"{name}.{key}"
        if value is None or before is None:
            ats = (new.at if value is None else value.at, old.at if before is None else before.at)
            found.values.append(ValuePair(two, path, element, *ats, old, value, before))
        else:
            _describe(two, found, path, element, value, before)
    for mine_ats, old_ats, family in (
        (new.members, old.members, found.members),
        (new.interfaces, old.interfaces, found.interfaces),
    ):
        for key in chain(old_ats, (each for each in mine_ats if each not in old_ats)):
            if (key in mine_ats) != (key in old_ats):
                ats = (mine_ats.get(key, new.at), old_ats.get(key, old.at))
                element = f"{name}.{key}" if family is found.members else f"{key}.{name}"
                family.append(MemberPair(two, (name, key), element, *ats, old, key, key in mine_ats, key in old_ats))


def _fields(two: Two, found: Pairs, new: Type, old: Type, name: str, mine: Field | None, theirs: Field | None) -> None:
    path, element = (old.name, name), f"{old.name}.{name}"
    if mine is None or theirs is None:
        ats = (new.at if mine is None else mine.at, old.at if theirs is None else theirs.at)
        found.fields.append(FieldPair(two, path, element, *ats, old, mine, theirs))
        return
    if mine.type != theirs.type:
        found.fields.append(FieldPair(two, path, element, mine.at, theirs.at, old, mine, theirs))
    _describe(two, found, path, element, mine, theirs)
    if mine.arguments or theirs.arguments:
        held: _Held = ("argument", old, theirs, path, _argument_of(element), mine.at)
        _inputs(two, found, mine.arguments, theirs.arguments, held)


def _argument_of(element: str) -> Callable[[str], str]:
    """How an argument of a field or of a directive is called."""
    return lambda name: f"{element}({name})"


_Held: TypeAlias = tuple[InputHolder, Type | Directive, Field | None, tuple[str, ...], Callable[[str], str], At]
"""What holds inputs: its kind, the old type or directive, the old field, the path, their names, the new place."""


def _inputs(
    two: Two,
    found: Pairs,
    new: Mapping[str, Input],
    old: Mapping[str, Input],
    held: _Held,
) -> None:
    holder, owner, of_field, path, called, new_at = held
    old_at = of_field.at if of_field else owner.at
    for name, mine, theirs in _both(new, old):
        where, element = (*path, name), called(name)
        if mine is None or theirs is None:
            ats = (new_at if mine is None else mine.at, old_at if theirs is None else theirs.at)
            found.inputs.append(InputPair(two, where, element, *ats, holder, owner, of_field, mine, theirs))
            continue
        if (mine.type, mine.default) != (theirs.type, theirs.default):
            found.inputs.append(
                InputPair(two, where, element, mine.at, theirs.at, holder, owner, of_field, mine, theirs)
            )
        _describe(two, found, where, element, mine, theirs)


def _directives(two: Two, found: Pairs, name: str, new: Directive | None, old: Directive | None) -> None:
    path, element = (f"@{name}",), f"@{name}"
    found.judged += old is not None
    if new is None or old is None:
        ats = (two.new.at if new is None else new.at, two.old.at if old is None else old.at)
        found.directives.append(DirectivePair(two, path, element, *ats, new, old))
        return
    if new.repeatable != old.repeatable or set(new.locations) != set(old.locations):
        found.directives.append(DirectivePair(two, path, element, new.at, old.at, new, old))
    if new.description != old.description:
        found.described.append(
            DescribedPair(two, path, element, new.at, old.at, new.description, old.description, (), ())
        )
    held: _Held = ("directive argument", old, None, path, _argument_of(element), new.at)
    _inputs(two, found, new.arguments, old.arguments, held)


def _describe(
    two: Two,
    found: Pairs,
    path: tuple[str, ...],
    element: str,
    new: Type | Field | Input | Value,
    old: Type | Field | Input | Value,
) -> None:
    if new.description != old.description or new.usages or old.usages:
        found.described.append(
            DescribedPair(two, path, element, new.at, old.at, new.description, old.description, new.usages, old.usages)
        )


def _both(new: Mapping[str, T], old: Mapping[str, T]) -> Iterable[tuple[str, T | None, T | None]]:
    for name, theirs in old.items():
        yield name, new.get(name), theirs
    for name, mine in new.items():
        if name not in old:
            yield name, mine, None
