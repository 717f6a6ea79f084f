"""An introspection result as a schema; its places are the JSON pointers of the result."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from troth_schemas.documents import Documents
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Place
from troth_schemas.graphql.checking import check
from troth_schemas.graphql.literals import LiteralReader, NotFollowed, quoted
from troth_schemas.graphql.model import (
    BUILT_IN,
    OPERATIONS,
    At,
    Directive,
    Field,
    Input,
    Kind,
    OperationKind,
    Schema,
    Type,
    Usage,
    Value,
)
from troth_schemas.json_body import Json
from troth_schemas.problem import Problem, pointer
from troth_schemas.sources import Sources

_KINDS: Final[dict[str, Kind]] = {
    "SCALAR": "scalar",
    "OBJECT": "object",
    "INTERFACE": "interface",
    "UNION": "union",
    "ENUM": "enum",
    "INPUT_OBJECT": "input object",
}
_BUILT_IN_DIRECTIVES: Final = ("skip", "include", "deprecated", "specifiedBy", "oneOf")
_DEEPEST: Final = 50


class _Malformed(Exception):
    """What an introspection result lacks, and where."""

    def __init__(self, at: str, sentence: str) -> None:
        self.at = at
        self.sentence = sentence
        super().__init__(sentence)


def from_introspection(sources: Sources) -> tuple[Schema, tuple[Problem, ...]]:
    """The schema of an introspection result, and its problems. Raises ContractUnreadable."""
    documents = Documents(sources)
    root = documents.root

    def locate(_path: str, at: At) -> Place:
        return Place(str(at), root.line(str(at)), root.name)

    result, at = _schema_of(root.value)
    reader = _Reader(locate)
    try:
        schema = reader.schema(result, at)
    except _Malformed as found:
        raise ContractUnreadable(
            f"the introspection result {sources.root}",
            found.sentence,
            index=0,
            place=f"{found.at or '/'} (line {root.line(found.at)})",
            fix="Is it the whole answer to the introspection query?",
        ) from None
    return schema, (*reader.problems, *check(schema, None, root.name))


def _schema_of(value: Json) -> tuple[Json, str]:
    inner = value.get("data", value) if isinstance(value, dict) else None
    if isinstance(inner, dict) and isinstance(inner.get("__schema"), dict):
        return inner["__schema"], "/data/__schema" if isinstance(value, dict) and "data" in value else "/__schema"
    return None, ""


class _Reader:
    """Turns the members of a result into the model, step by step with their pointers."""

    def __init__(self, locate: Callable[[str, At], Place]) -> None:
        self.locate = locate
        self.problems: list[Problem] = []

    def schema(self, value: Json, at: str) -> Schema:
        members = _object(value, at, "holds no __schema")
        types = dict(self._types(members.get("types"), f"{at}/types"))
        directives: dict[str, Directive] = {}
        for one, where in _each(members.get("directives"), f"{at}/directives"):
            made = self._directive(one, where)
            if made.name not in _BUILT_IN_DIRECTIVES:
                directives[made.name] = made
        roots: dict[OperationKind, str] = {}
        for kind in OPERATIONS:
            root = members.get(f"{kind}Type")
            if isinstance(root, dict):
                roots[kind] = _name(root, f"{at}/{kind}Type")
        return Schema(types, directives, roots, self.locate, at, _description(members))

    def _types(self, value: Json, at: str) -> Iterator[tuple[str, Type]]:
        for one, where in _each(value, at):
            name = _name(one, where)
            kind = _KINDS.get(str(one.get("kind")))
            if kind is None:
                raise _Malformed(where, f"has a type {name} of the unknown kind {one.get('kind')!r}")
            if not name.startswith("__") and name not in BUILT_IN:
                yield name, self._type(name, kind, one, where)

    def _type(self, name: str, kind: Kind, one: dict[str, Json], at: str) -> Type:
        usages: list[Usage] = []
        if isinstance(url := one.get("specifiedByURL", one.get("specifiedByUrl")), str):
            usages.append(Usage("specifiedBy", {"url": quoted(url)}, at))
        if one.get("isOneOf") is True:
            usages.append(Usage("oneOf", {}, at))
        members = one.get("possibleTypes") if kind == "union" else None
        return Type(
            name=name,
            kind=kind,
            at=at,
            description=_description(one),
            usages=tuple(usages),
            fields={made.name: made for made in self._fields(one.get("fields"), f"{at}/fields")},
            inputs={made.name: made for made in self._inputs(one.get("inputFields"), f"{at}/inputFields")},
            values={made.name: made for made in self._values(one.get("enumValues"), f"{at}/enumValues")},
            members={_name(each, where): where for each, where in _each(members, f"{at}/possibleTypes")},
            interfaces={_name(each, where): where for each, where in _each(one.get("interfaces"), f"{at}/interfaces")},
        )

    def _fields(self, value: Json, at: str) -> Iterator[Field]:
        for one, where in _each(value, at):
            arguments = {made.name: made for made in self._inputs(one.get("args"), f"{where}/args")}
            type_ = _type_of(one.get("type"), f"{where}/type")
            yield Field(_name(one, where), type_, arguments, _description(one), _deprecated(one, where), where)

    def _inputs(self, value: Json, at: str) -> Iterator[Input]:
        for one, where in _each(value, at):
            default = one.get("defaultValue")
            type_ = _type_of(one.get("type"), f"{where}/type")
            literal = self._literal(default, f"{where}/defaultValue") if isinstance(default, str) else None
            yield Input(_name(one, where), type_, literal, _description(one), _deprecated(one, where), where)

    def _values(self, value: Json, at: str) -> Iterator[Value]:
        for one, where in _each(value, at):
            yield Value(_name(one, where), _description(one), _deprecated(one, where), where)

    def _directive(self, one: dict[str, Json], at: str) -> Directive:
        locations = one.get("locations")
        return Directive(
            name=_name(one, at),
            arguments={made.name: made for made in self._inputs(one.get("args"), f"{at}/args")},
            locations=tuple(str(each) for each in locations) if isinstance(locations, list) else (),
            repeatable=one.get("isRepeatable") is True,
            description=_description(one),
            at=at,
        )

    def _literal(self, text: str, at: str) -> str:
        try:
            literal, end = LiteralReader(text, len(text)).literal(0)
        except NotFollowed:
            end, literal = -1, text
        if end != len(text):
            line = self.locate("", at).line
            self.problems.append(Problem(at, f"The default value {text[:60]!r} is no GraphQL value.", "error", line))
        return literal


def _each(value: Json, at: str) -> Iterable[tuple[dict[str, Json], str]]:
    if value is None:
        return
    if not isinstance(value, list):
        raise _Malformed(at, "has no list where one must be")
    for index, one in enumerate(value):
        where = f"{at}{pointer(index)}"
        yield _object(one, where, "has no object where one must be"), where


def _object(value: Json, at: str, sentence: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise _Malformed(at, sentence)
    return value


def _name(one: dict[str, Json], at: str) -> str:
    name = one.get("name")
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
        raise _Malformed(at, "has something without a name")
    return name


def _description(one: dict[str, Json]) -> str | None:
    text = one.get("description")
    return quoted(text) if isinstance(text, str) and text else None


def _deprecated(one: dict[str, Json], at: str) -> tuple[Usage, ...]:
    if one.get("isDeprecated") is not True:
        return ()
    reason = one.get("deprecationReason")
    return (Usage("deprecated", {"reason": quoted(reason)} if isinstance(reason, str) else {}, at),)


def _type_of(value: Json, at: str, depth: int = 0) -> str:
    one = _object(value, at, "has something without a type")
    kind = one.get("kind")
    if kind not in ("NON_NULL", "LIST"):
        return _name(one, at)
    if depth > _DEEPEST:
        raise _Malformed(at, f"nests types more than {_DEEPEST} deep (a query that asked for less cuts them off)")
    inner = _type_of(one.get("ofType"), f"{at}/ofType", depth + 1)
    if kind == "LIST":
        return f"[{inner}]"
    if inner.endswith("!"):
        raise _Malformed(at, "has a type that is NON_NULL twice")
    return f"{inner}!"
