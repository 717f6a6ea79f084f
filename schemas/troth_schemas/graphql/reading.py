"""SDL read in large bites: a regular expression for each field, argument and value, and no tree of tokens between.

The grammar is the specification's (October 2021 and the September 2025 additions). Where a text does not follow it,
graphql-core reads it once more and says what is wrong: its sentences are the ones that people know.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from graphql import DirectiveLocation

from troth_schemas.graphql.literals import IGNORED, NAME, STRING, LiteralReader, NotFollowed
from troth_schemas.graphql.model import Directive, Field, Input, Kind, OperationKind, Usage, Value

_TYPE: Final = rf"(?:\[{IGNORED})*+{NAME}(?:{IGNORED}[!\]])*+"
_DESCRIBED: Final = rf"{IGNORED}(?:({STRING}){IGNORED})?+"

_DEFINITION: Final = re.compile(rf"{_DESCRIBED}({NAME}){IGNORED}")
_NAME: Final = re.compile(rf"{IGNORED}({NAME}){IGNORED}")
_FIELD: Final = re.compile(rf"{_DESCRIBED}({NAME}){IGNORED}(?:\(|:{IGNORED}({_TYPE}){IGNORED})")
_OF_TYPE: Final = re.compile(rf"{IGNORED}:{IGNORED}({_TYPE}){IGNORED}")
_ARGUMENT: Final = re.compile(rf"{_DESCRIBED}({NAME}){IGNORED}:{IGNORED}({_TYPE}){IGNORED}(=?){IGNORED}")
_VALUE: Final = re.compile(rf"{_DESCRIBED}({NAME}){IGNORED}")
_USAGE: Final = re.compile(rf"@{IGNORED}({NAME}){IGNORED}")
_ROOT: Final = re.compile(rf"{IGNORED}(query|mutation|subscription){IGNORED}:{IGNORED}({NAME}){IGNORED}")
_NAMES: Final = {
    sign: re.compile(rf"{IGNORED}(?:{sign}{IGNORED})?+({NAME}{IGNORED}(?:{sign}{IGNORED}{NAME}{IGNORED})*+)")
    for sign in ("&", r"\|")
}
_ONE_NAME: Final = re.compile(NAME)
_SPACE: Final = re.compile(IGNORED)
_END: Final = re.compile(rf"{IGNORED}\Z")

KINDS: Final[dict[str, Kind]] = {
    "type": "object",
    "interface": "interface",
    "union": "union",
    "enum": "enum",
    "input": "input object",
    "scalar": "scalar",
}

_NO_ARGUMENTS: Final[dict[str, Input]] = {}
_OPERATIONS: Final = ("query", "mutation", "subscription", "fragment")
_DEEPEST_LISTS: Final = 50


@dataclass(frozen=True, slots=True)
class Twice:
    """A name that one definition has twice; ``differs`` if the two do not say the same."""

    what: str
    at: int
    differs: bool = True


@dataclass(slots=True)
class Definition:
    """One definition of a type or of the schema, or an extension of one, as it stands in the text."""

    kind: Kind | None
    name: str
    extends: bool
    at: int
    description: str | None
    usages: tuple[Usage, ...] = ()
    fields: dict[str, Field] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)
    interfaces: dict[str, int] = field(default_factory=dict)
    roots: list[tuple[OperationKind, str, int]] = field(default_factory=list)
    span: tuple[int, int] = (0, 0)


class Reader(LiteralReader):
    """Reads the definitions of one document; positions are those of ``text``, from ``start`` to ``end``.

    ``began`` is where the definition at hand began.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        super().__init__(text, end)
        self._start = self.began = start
        self.twice: list[Twice] = []
        self._types: dict[str, str] = {}

    def definitions(self) -> Iterator[Definition | Directive]:
        """Every definition in order. Raises NotFollowed where the grammar is not followed."""
        at = self._start
        while not _END.match(self.text, at, self.end):
            self.began = at
            found = _DEFINITION.match(self.text, at, self.end)
            if found is None:
                self._refuse(at)
            description, keyword, begins = found[1], found[2], found.start(2)
            extends = keyword == "extend"
            if extends:
                if description is not None:
                    self._refuse(begins)
                following = _NAME.match(self.text, found.end(), self.end)
                if following is None:
                    self._refuse(found.end())
                found, keyword = following, following[1]
            if keyword == "directive" and not extends:
                directive, at = self._directive(found.end(), description)
                yield directive
                continue
            definition = Definition(KINDS.get(keyword), "", extends, begins, description)
            if keyword == "schema":
                at = self._schema(definition, found.end())
            elif definition.kind is not None:
                at = self._type(definition, found.end())
            elif keyword in _OPERATIONS:
                raise NotFollowed(begins, "an operation stands among the definitions")
            else:
                self._refuse(begins)
            definition.span = (found.start() if description else begins, at)
            yield definition

    def _type(self, made: Definition, at: int) -> int:
        made.name, made.at, at = self._name(at)
        before = at
        if made.kind in ("object", "interface") and self.text.startswith("implements", at):
            _, _, following = self._name(at)
            made.interfaces, at = self._names("&", following)
        made.usages, at = self._usages(at)
        opening = self.text[at : at + 1] if at < self.end else ""
        if made.kind in ("object", "interface") and opening == "{":
            made.fields, at = self._fields(at + 1)
        elif made.kind == "input object" and opening == "{":
            made.inputs, at = self._inputs(at + 1, "}", "field")
        elif made.kind == "enum" and opening == "{":
            made.values, at = self._values(at + 1)
        elif made.kind == "union" and opening == "=":
            made.members, at = self._names(r"\|", at + 1)
        elif made.extends and at == before:
            self._refuse(at)
        return at

    def _schema(self, made: Definition, at: int) -> int:
        made.usages, after = self._usages(at)
        if self.text[after : after + 1] != "{" or after >= self.end:
            if not made.extends or after == at:
                self._refuse(after)
            return after
        at = after + 1
        while (found := _ROOT.match(self.text, at, self.end)) is not None:
            kind: OperationKind = (
                "query" if found[1] == "query" else "mutation" if found[1] == "mutation" else "subscription"
            )
            made.roots.append((kind, found[2], found.start(2)))
            at = found.end()
        if not made.roots:
            self._refuse(at)
        return self._close(at, "}")

    def _directive(self, at: int, description: str | None) -> tuple[Directive, int]:
        found = _USAGE.match(self.text, at, self.end)
        if found is None:
            self._refuse(at)
        begins, at = found.start(1), found.end()
        arguments = _NO_ARGUMENTS
        if self._is(at, "("):
            arguments, at = self._inputs(at + 1, ")", "argument")
        _, at = self._usages(at)
        repeatable = False
        word, _, following = self._name(at)
        if word == "repeatable":
            repeatable = True
            word, _, following = self._name(following)
        if word != "on":
            self._refuse(at)
        locations, at = self._names(r"\|", following)
        unknown = next((place for one, place in locations.items() if one not in DirectiveLocation.__members__), None)
        if unknown is not None:
            self._refuse(unknown)
        return Directive(found[1], arguments, tuple(locations), repeatable, description, begins), at

    def _fields(self, at: int) -> tuple[dict[str, Field], int]:
        made: dict[str, Field] = {}
        text, end, match = self.text, self.end, _FIELD.match
        while (found := match(text, at, end)) is not None:
            description, name, written = found.groups()
            begins, at = found.start(2), found.end()
            arguments = _NO_ARGUMENTS
            if written is None:
                arguments, at = self._inputs(at, ")", "argument")
                of_type = _OF_TYPE.match(text, at, end)
                if of_type is None:
                    self._refuse(at)
                written, at = of_type[1], of_type.end()
            type_ = self._types.get(written) or self._normal(written, at)
            usages: tuple[Usage, ...] = ()
            if at < end and text[at] == "@":
                usages, at = self._usages(at)
            if name in made:
                differs = made[name].type != type_ or _said(made[name].arguments) != _said(arguments)
                self.twice.append(Twice(f"field {name}", begins, differs))
            made[name] = Field(name, type_, arguments, description, usages, begins)
        if not made:
            self._refuse(at)
        return made, self._close(at, "}")

    def _inputs(self, at: int, closing: str, what: str) -> tuple[dict[str, Input], int]:
        made: dict[str, Input] = {}
        text, end, match = self.text, self.end, _ARGUMENT.match
        while (found := match(text, at, end)) is not None:
            description, name, written, default = found.groups()
            begins, at = found.start(2), found.end()
            literal = None
            if default:
                literal, at = self.literal(at)
            type_ = self._types.get(written) or self._normal(written, at)
            usages: tuple[Usage, ...] = ()
            if at < end and text[at] == "@":
                usages, at = self._usages(at)
            if name in made:
                self.twice.append(Twice(f"{what} {name}", begins))
            made[name] = Input(name, type_, literal, description, usages, begins)
        if not made:
            self._refuse(at)
        return made, self._close(at, closing)

    def _values(self, at: int) -> tuple[dict[str, Value], int]:
        made: dict[str, Value] = {}
        while (found := _VALUE.match(self.text, at, self.end)) is not None:
            description, name = found.groups()
            begins, at = found.start(2), found.end()
            if name in ("true", "false", "null"):
                self._refuse(begins)
            usages: tuple[Usage, ...] = ()
            if self._is(at, "@"):
                usages, at = self._usages(at)
            if name in made:
                self.twice.append(Twice(f"value {name}", begins))
            made[name] = Value(name, description, usages, begins)
        if not made:
            self._refuse(at)
        return made, self._close(at, "}")

    def _usages(self, at: int) -> tuple[tuple[Usage, ...], int]:
        made: list[Usage] = []
        while (found := _USAGE.match(self.text, at, self.end)) is not None:
            begins, at = found.start(), found.end()
            arguments: dict[str, str] = {}
            if self._is(at, "("):
                arguments, at = self.arguments(at + 1)
            made.append(Usage(found[1], arguments, begins))
        return tuple(made), at

    def _names(self, sign: str, at: int) -> tuple[dict[str, int], int]:
        found = _NAMES[sign].match(self.text, at, self.end)
        if found is None:
            self._refuse(at)
        made: dict[str, int] = {}
        at = found.start(1)
        while at < found.end():
            one = _ONE_NAME.match(self.text, at, found.end())
            if one is None:
                at = self._past(at + 1)
                continue
            if one[0] in made:
                self.twice.append(Twice(one[0], at))
            made[one[0]] = at
            at = self._past(one.end())
        return made, found.end()

    def _name(self, at: int) -> tuple[str, int, int]:
        found = _NAME.match(self.text, at, self.end)
        if found is None:
            self._refuse(at)
        return found[1], found.start(1), found.end()

    def _normal(self, written: str, at: int) -> str:
        """A type without what is ignored in it, each text once; brackets must pair and ``!`` must not repeat."""
        type_ = left = re.sub(r"#[^\n\r]*|[ \t\n\r,\ufeff]", "", written)
        if left.count("[") > _DEEPEST_LISTS:
            raise NotFollowed(at, f"lists nest more than {_DEEPEST_LISTS} deep")
        while left.endswith(("!", "]")):
            left = left.removesuffix("!")
            if left.endswith("]"):
                if not left.startswith("["):
                    break
                left = left[1:-1]
            elif left.endswith("!"):
                break
        if not _ONE_NAME.fullmatch(left):
            self._refuse(at)
        return self._types.setdefault(written, self._types.setdefault(type_, type_))

    def _is(self, at: int, sign: str) -> bool:
        return at < self.end and self.text[at] == sign

    def _close(self, at: int, sign: str) -> int:
        at = self._past(at)
        if not self._is(at, sign):
            self._refuse(at)
        return self._past(at + 1)

    def _past(self, at: int) -> int:
        """The next character that is not ignored."""
        found = _SPACE.match(self.text, at, self.end)
        return at if found is None else found.end()

    def _refuse(self, at: int) -> NoReturn:
        raise NotFollowed(at)


def _said(inputs: Mapping[str, Input]) -> dict[str, tuple[str, str | None]]:
    return {one.name: (one.type, one.default) for one in inputs.values()}
