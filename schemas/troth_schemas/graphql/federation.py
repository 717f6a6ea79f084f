"""Apollo Federation: what a subgraph may use without defining it, and what its entities add to the root.

Versions 1 and 2; directives may be renamed by ``@link(import:)``. What composition makes of several subgraphs is not
judged anywhere: see ``graphql/composition-changed``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from graphql import GraphQLError, parse_const_value, specified_directives, value_from_ast_untyped

from troth_schemas.graphql.model import BUILT_IN, Field, Input, Schema, Type, Usage, usage

_STANDARD: Final = frozenset(one.name for one in specified_directives)
_SPEC: Final = "specs.apollo.dev/federation/"
_NAME_IN_URL: Final = re.compile(r"([A-Za-z_]\w*)(?:/v\d+(?:\.\d+)?)?/?$")

DIRECTIVES: Final = (
    "key", "external", "requires", "provides", "extends", "shareable", "inaccessible", "override", "tag",
    "interfaceObject", "composeDirective", "authenticated", "requiresScopes", "policy", "context", "fromContext",
    "cost", "listSize",
)  # fmt: skip
"""Every directive of Federation, versions 1 and 2."""

LINKING: Final = ("link", "core")
COMPOSING: Final = (
    "key", "external", "requires", "provides", "extends", "shareable", "override", "interfaceObject",
    "composeDirective", "context", "fromContext",
)  # fmt: skip
"""The directives that say how subgraphs fit together, rather than what a client sees."""

_FIRST_VERSION: Final = ("key", "external", "requires", "provides", "extends")
TYPES: Final = ("_Any", "_FieldSet", "FieldSet", "_Entity", "_Service", "Import", "Purpose", "Scope", "Policy")
"""Types that a subgraph may name without defining them, bare or after a prefix such as ``federation__``."""


class Links:
    """What ``@link`` brings in: Federation's directives under the names that this schema has for them."""

    def __init__(self, usages: Iterable[Usage], used: Iterable[str], defined: Iterable[str]) -> None:
        self.prefixes: set[str] = set()
        self.imported: dict[str, str] = {}
        links = [one for one in usages if one.name in LINKING]
        self.federated = any(_SPEC in one.arguments.get("url", "") for one in links)
        for one in links:
            self.prefixes.add(one.name)
            self._follow(one)
        self._defined = defined = set(defined)
        used = set(used)
        if not links:
            self.federated = any(name in used and name not in defined for name in _FIRST_VERSION)
            if self.federated:
                self.imported = {name: name for name in DIRECTIVES}

    @property
    def renames(self) -> bool:
        """Whether a name may mean something else than in another schema."""
        return any(alias != original for alias, original in self.imported.items())

    def meaning(self, name: str) -> str:
        """The name that Federation has for a directive of this schema; other names as they are."""
        if name in self.imported:
            return self.imported[name]
        _, _, bare = name.partition("__")
        theirs = self._prefixed(name) and (bare in DIRECTIVES or name not in self._defined)
        return bare if theirs else name

    def knows(self, name: str) -> bool:
        """Whether a directive may be used, though it is not defined."""
        return name in self.imported or name in LINKING or self._prefixed(name)

    def means(self, name: str) -> bool:
        """Whether a directive, by the name that Federation has for it, may be used without a definition."""
        return self.knows(name) or name in self.imported.values() or (self.federated and name in DIRECTIVES)

    def knows_type(self, name: str) -> bool:
        """Whether a type may be named, though it is not defined."""
        imported = name in self.imported or name in self.imported.values()
        return (self.federated and name in TYPES) or imported or self._prefixed(name)

    def _prefixed(self, name: str) -> bool:
        prefix, found, _ = name.partition("__")
        return bool(found) and prefix in self.prefixes

    def _follow(self, link: Usage) -> None:
        url = _value(link.arguments.get("url", link.arguments.get("feature", "")))
        found = _NAME_IN_URL.search(url) if isinstance(url, str) else None
        prefix = _value(link.arguments.get("as", ""))
        name = prefix if isinstance(prefix, str) and prefix else found[1] if found else ""
        if name:
            self.prefixes.add(name)
            self.imported[name] = name
        imports = _value(link.arguments.get("import", "[]"))
        for one in imports if isinstance(imports, list) else []:
            if isinstance(one, dict):
                original = one.get("name")
                alias = one.get("as", original)
            else:
                original = alias = one
            if isinstance(original, str) and isinstance(alias, str):
                self.imported[alias.removeprefix("@")] = original.removeprefix("@")


def needs_no_definition(schema: Schema, name: str) -> bool:
    """Whether a type or directive (``@name``) means the same in a schema that does not define it."""
    bare = name.removeprefix("@")
    if name.startswith("@"):
        known = bare in _STANDARD or (schema.federated and Links(schema.usages, (), ()).knows(bare))
        return known or (schema.federated and bare in DIRECTIVES)
    return name in BUILT_IN or (schema.federated and (name in TYPES or Links(schema.usages, (), ()).knows_type(name)))


def _value(literal: str) -> object:
    try:
        return value_from_ast_untyped(parse_const_value(literal)) if literal else None
    except GraphQLError:
        return None


def served(schema: Schema) -> Schema:
    """A subgraph with what its gateway asks it: ``_service``, and ``_entities`` where it has any."""
    if not schema.federated:
        return schema
    root = schema.roots.get("query", "Query")
    query = schema.types.get(root) or Type(root, "object", schema.at)
    entities = {one.name: one.at for one in schema.types.values() if one.kind == "object" and usage(one.usages, "key")}
    added = dict(_added(schema, entities))
    fields = {**query.fields, "_service": Field("_service", "_Service!", {}, None, (), schema.at)}
    if entities:
        representations = Input("representations", "[_Any!]!", None, None, (), schema.at)
        arguments = {"representations": representations}
        fields["_entities"] = Field("_entities", "[_Entity]!", arguments, None, (), schema.at)
    types = {**added, **schema.types, root: replace(query, fields=fields)}
    return replace(schema, types=types, roots={**schema.roots, "query": root})


def is_entity(one: Type) -> bool:
    """Whether other subgraphs may add to a type, or it adds to one of theirs."""
    return any(usage(one.usages, name) is not None for name in ("key", "extends", "interfaceObject"))


def _added(schema: Schema, entities: Mapping[str, object]) -> Iterator[tuple[str, Type]]:
    yield "_Any", Type("_Any", "scalar", schema.at)
    sdl = Field("sdl", "String", {}, None, (), schema.at)
    yield "_Service", Type("_Service", "object", schema.at, fields={"sdl": sdl})
    if entities:
        yield "_Entity", Type("_Entity", "union", schema.at, members=dict.fromkeys(entities, schema.at))
