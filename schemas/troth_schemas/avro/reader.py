"""Schemas read into the model, name by name, with every problem found."""

from difflib import get_close_matches
from typing import Final, Literal

from troth_schemas.avro.defaults import shown
from troth_schemas.avro.logical import logical
from troth_schemas.avro.model import (
    PRIMITIVES,
    Array,
    Broken,
    Definition,
    Enum,
    Field,
    Fixed,
    Map,
    Named,
    Node,
    Primitive,
    Record,
    Union,
    title,
)
from troth_schemas.avro.names import COMPLEX, full, is_full_name, is_name, mentioned, namespace_of
from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Document as Object
from troth_schemas.json_body import Json
from troth_schemas.problem import Problem, pointer

MOST_PROBLEMS: Final = 1000
"""How many problems are told of one contract; each takes a look at the text for its line."""
_ORDERS: Final = ("ascending", "descending", "ignore")


class Reader:
    """Reads documents one after the other, and keeps what they define and what is wrong with them."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.problems: list[Problem] = []
        self.errors: list[tuple[Location, str]] = []
        self.types: dict[str, Definition] = {}
        self._sources: dict[str, Json] = {}
        self._mentions: list[Named] = []
        self._unions: list[Union] = []

    def problem(self, at: Location, sentence: str, severity: Literal["error", "warning"] = "error") -> None:
        """Keep a problem of a place."""
        if len(self.problems) >= MOST_PROBLEMS:
            return
        if len(self.problems) == MOST_PROBLEMS - 1:
            severity, sentence = "error", "There are more problems than anybody reads; these are the first."
        if severity == "error":
            self.errors.append((at, sentence))
        line = self.documents.document(at.document).line(at.pointer)
        document = "" if at.document == self.documents.sources.root else at.document
        self.problems.append(Problem(at.pointer, sentence, severity, line, document))

    def broken(self, at: Location, sentence: str) -> Broken:
        """Keep a problem of a place where no schema can be read."""
        self.problem(at, f"{sentence[:1].upper()}{sentence[1:]}.")
        return Broken(sentence, at)

    def finish(self) -> None:
        """Look whether all that was mentioned is there, once everything was read."""
        for mention in self._mentions:
            if mention.name in self.types:
                continue
            bare = mention.name.rpartition(".")[2]
            if bare in self.types:  # not in its namespace, but without one: later readers of Avro take it
                self.types[mention.name] = self.types[bare]
                continue
            similar = get_close_matches(mention.name, [*self.types, *PRIMITIVES], 1)
            hint = f"; did you mean {similar[0]}?" if similar else "; give the document that defines it, too."
            self.problem(mention.at, f"No type is called {mention.name}{hint}")
        for union in self._unions:
            self._check_branches(union)

    def node(self, value: Json, at: Location, namespace: str) -> Node:
        """The schema that stands there."""
        if isinstance(value, str):
            return self._by_name(value, at, namespace, {})
        if isinstance(value, list):
            branches = tuple(self.node(one, within(at, index), namespace) for index, one in enumerate(value))
            self._unions.append(Union(branches, at))
            return self._unions[-1]
        if not isinstance(value, dict):
            return self.broken(at, "a schema is a name, an object or an array, not " + shown(value))
        kind = value.get("type")
        match kind:
            case "record" | "error":
                return self._record(value, at, namespace)
            case "enum":
                return self._enum(value, at, namespace)
            case "fixed":
                return self._fixed(value, at, namespace)
            case "array" | "map":
                return self._container(kind, value, at, namespace)
            case str():
                return self._by_name(kind, at, namespace, value)
            case dict() | list():
                self.problem(at, "A schema within a schema's type: some readers refuse that; leave out one.", "warning")
                return self.node(kind, within(at, "type"), namespace)
        return self.broken(at, "a schema needs a type" + ("" if kind is None else f", not {shown(kind)}"))

    def _by_name(self, name: str, at: Location, namespace: str, value: Object) -> Node:
        if name in PRIMITIVES:
            found, wrong = logical(value, name)
            self._ignored(at, wrong)
            return Primitive(name, at, found)
        if name in COMPLEX:
            return self.broken(at, f"the type {name} does not stand by itself; write an object with what belongs to it")
        if not is_full_name(name):
            return self.broken(at, f"a type cannot be called {name!r}")
        self._mentions.append(Named(mentioned(name, namespace), at))
        return self._mentions[-1]

    def _container(self, kind: str, value: Object, at: Location, namespace: str) -> Node:
        member = "items" if kind == "array" else "values"
        if member not in value:
            return self.broken(at, f"{'an array' if kind == 'array' else 'a map'} needs {member}")
        inner = self.node(value[member], within(at, member), namespace)
        return Array(inner, at) if kind == "array" else Map(inner, at)

    def _record(self, value: Object, at: Location, namespace: str) -> Node:
        name = self._name(value, at, namespace)
        if isinstance(name, Broken):
            return name
        fields = value.get("fields")
        if not isinstance(fields, list):
            return self.broken(at, f"the record {name} needs fields, an array")
        made = self.fields(fields, within(at, "fields"), namespace_of(name), name)
        return self._define(Record(name, made, at, self._aliases(value, at, namespace_of(name))), value)

    def fields(self, values: list[Json], at: Location, namespace: str, owner: str) -> tuple[Field, ...]:
        """The fields of a record, or the parameters of a message; each name once."""
        found: dict[str, Field] = {}
        for index, value in enumerate(values):
            one = self._field(value, within(at, index), namespace, owner)
            if one is not None and one.name in found:
                self.problem(one.at, f"{owner} has the field {one.name} twice.")
            elif one is not None:
                found[one.name] = one
        return tuple(found.values())

    def _field(self, value: Json, at: Location, namespace: str, owner: str) -> Field | None:
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(name, str):
            self.problem(at, f"A field of {owner} needs a name.")
            return None
        if not is_name(name):
            self.problem(at, f"{name!r} is no name for a field: letters, digits and _ only, no digit first.")
        order = value.get("order", "ascending")
        if order not in _ORDERS:
            self.problem(within(at, "order"), f"The order of {name} is one of {', '.join(_ORDERS)}.", "warning")
        if "type" not in value:
            inner: Node = self.broken(at, f"the field {name} of {owner} needs a type")
        else:
            inner = self._field_type(value, at, namespace)
        default = (value["default"],) if "default" in value else None
        return Field(name, inner, at, default, self._aliases(value, at, ""))

    def _field_type(self, value: Object, at: Location, namespace: str) -> Node:
        if value["type"] in ("record", "error", "enum", "fixed", "array", "map"):
            sentence = f"the type {value['type']} must stand in an object of its own under the field's type"
            return self.broken(within(at, "type"), sentence)
        if "logicalType" in value and not isinstance(value["type"], dict):
            self._ignored(at, "logicalType belongs inside the type, not beside it")
        return self.node(value["type"], within(at, "type"), namespace)

    def _enum(self, value: Object, at: Location, namespace: str) -> Node:
        name = self._name(value, at, namespace)
        if isinstance(name, Broken):
            return name
        symbols, default = value.get("symbols"), value.get("default")
        if not isinstance(symbols, list) or not all(isinstance(one, str) for one in symbols):
            return self.broken(at, f"the enum {name} needs symbols, an array of names")
        known: dict[str, None] = {}
        for index, symbol in enumerate(one for one in symbols if isinstance(one, str)):
            if not is_name(symbol):
                self.problem(within(at, "symbols", index), f"{symbol!r} is no name for a symbol of {name}.")
            elif symbol in known:
                self.problem(within(at, "symbols", index), f"{name} has the symbol {symbol} twice.")
            known[symbol] = None
        if default is not None and default not in known:
            self.problem(within(at, "default"), f"The default of {name} is none of its symbols.")
            default = None
        made = Enum(
            name, tuple(known), at, self._aliases(value, at, namespace_of(name)), str(default) if default else None
        )
        return self._define(made, value)

    def _fixed(self, value: Object, at: Location, namespace: str) -> Node:
        name = self._name(value, at, namespace)
        if isinstance(name, Broken):
            return name
        size = value.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            return self.broken(at, f"the fixed {name} needs a size, a whole number of bytes")
        found, wrong = logical(value, "fixed", size)
        self._ignored(at, wrong)
        return self._define(Fixed(name, size, at, self._aliases(value, at, namespace_of(name)), found), value)

    def _define(self, made: Definition, value: Object) -> Named:
        """Keep a named type, and mention it where it was defined. One that is there twice must say the same."""
        earlier = self.types.setdefault(made.name, made)
        if earlier is made:
            self._sources[made.name] = value
        elif self._sources[made.name] == value and earlier.at.document != made.at.document:
            self.problem(
                made.at, f"{made.name} is defined in {earlier.at.document}, too, in the same words.", "warning"
            )
        else:
            where = self.documents.place(earlier.at)
            self.problem(made.at, f"{made.name} is defined a second time; the first is at {where}.")
        return Named(made.name, made.at)

    def _name(self, value: Object, at: Location, namespace: str) -> str | Broken:
        name, own = value.get("name"), value.get("namespace", namespace)
        if not isinstance(name, str) or not name:
            return self.broken(at, f"the {value['type']} needs a name")
        if not isinstance(own, str):
            self.problem(within(at, "namespace"), f"The namespace of {name} must be a text.")
            own = namespace
        found = full(name, own)
        if not is_full_name(found):
            self.problem(at, f"{found!r} is no name: letters, digits and _ between dots, no digit first.")
        elif name in PRIMITIVES or name in COMPLEX:
            self.problem(at, f"{name} is the name of a type of Avro's own.")
        return found

    def _aliases(self, value: Object, at: Location, namespace: str) -> tuple[str, ...]:
        aliases = value.get("aliases", [])
        if not isinstance(aliases, list):
            self.problem(within(at, "aliases"), "Aliases are an array of names.")
            return ()
        found = []
        for index, one in enumerate(aliases):
            if isinstance(one, str) and is_full_name(one):
                found.append(full(one, namespace))
            else:
                self.problem(within(at, "aliases", index), f"{shown(one)} is no name for an alias.")
        return tuple(found)

    def _ignored(self, at: Location, wrong: str) -> None:
        if wrong:
            self.problem(at, f"The logical type is ignored: {wrong}.", "warning")

    def _check_branches(self, union: Union) -> None:
        seen: set[str] = set()
        for branch in union.branches:
            if isinstance(branch, Union):
                self.problem(branch.at, "A union cannot hold a union directly; write its branches here.")
            elif not isinstance(branch, Broken) and title(branch) in seen:
                self.problem(branch.at, f"The union has {title(branch)} twice.")
            seen.add(title(branch))


def within(at: Location, *steps: str | int) -> Location:
    """A place further in."""
    return Location(at.document, at.pointer + pointer(*steps))
