"""Schemas of every keyword and instances near them, for laws and for the trial against another library."""

from typing import Any

from hypothesis import strategies as st

NAMES = ("id", "kind", "name")
WORDS = ("", "a", "b", "ab", "abc", "abcd", "1", "12", "other")
PATTERNS = ("^a", "^[a-z]+$", "b$", "^a?b*$", "^\\d+$")
NUMBERS = (0, 1, 2, 3, 5, 10, -1, 0.5)

small = st.integers(0, 4)
leaves: st.SearchStrategy[Any] = st.sampled_from([None, True, False, *NUMBERS, *WORDS])
_members = st.sampled_from((*NAMES, "x", "other"))
values: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from((*NAMES, "x", "other")), inner, max_size=3)
    ),
    max_leaves=6,
)


def _some(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keywords)


def _with(fixed: dict[str, Any], more: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return more.map(lambda found: {**fixed, **found})


numbers = st.builds(
    lambda kind, rest: {"type": kind, **rest},
    st.sampled_from(["integer", "number"]),
    _some(
        minimum=st.sampled_from(NUMBERS),
        maximum=st.sampled_from(NUMBERS),
        exclusiveMinimum=st.sampled_from(NUMBERS),
        multipleOf=st.sampled_from([1, 2, 3, 0.5]),
    ),
)
strings = _with({"type": "string"}, _some(minLength=small, maxLength=small, pattern=st.sampled_from(PATTERNS)))
listed = st.lists(
    st.sampled_from(["a", "b", "ab", 0, 1, 2, None, True, 0.5, [1], {"id": 1}]), min_size=1, max_size=3
).map(lambda found: {"enum": found})
constants = st.sampled_from(["a", "b", 1, None, False]).map(lambda found: {"const": found})
types = st.lists(
    st.sampled_from(["string", "null", "integer", "boolean", "number"]), min_size=1, max_size=2, unique=True
).map(lambda found: {"type": found})
scalars: st.SearchStrategy[Any] = st.one_of(numbers, strings, listed, constants, types, st.sampled_from([True, {}]))


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _with(
        {"type": "object"},
        _some(
            properties=st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3),
            required=st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            additionalProperties=st.just(False) | inner,
        ),
    )


def _odd_objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _with(
        {"type": "object"},
        _some(
            properties=st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
            patternProperties=st.dictionaries(st.sampled_from(["^x", "e$"]), inner, min_size=1, max_size=1),
            minProperties=small,
            maxProperties=small,
            propertyNames=st.just({"maxLength": 4}),
            dependentRequired=st.just({"id": ["name"]}),
            dependentSchemas=st.dictionaries(st.just("id"), inner, min_size=1, max_size=1),
        ),
    )


def _arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _with({"type": "array"}, _some(items=inner, minItems=small, maxItems=small, uniqueItems=st.just(True)))


def _odd_arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _with(
        {"type": "array"},
        _some(
            prefixItems=st.lists(inner, min_size=1, max_size=2),
            items=inner | st.just(False),
            contains=inner,
            minContains=st.integers(0, 2),
            maxContains=st.integers(1, 2),
        ),
    )


def _unions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda found: {"anyOf": found}),
        several.map(lambda found: {"oneOf": found}),
        several.map(lambda found: {"allOf": found}),
    )


def _odd_unions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        inner.map(lambda found: {"not": found}),
        st.tuples(inner, inner, inner).map(lambda found: {"if": found[0], "then": found[1], "else": found[2]}),
        st.tuples(st.lists(inner, min_size=1, max_size=2), inner).map(
            lambda found: {"type": "object", "allOf": found[0], "unevaluatedProperties": found[1]}
        ),
        inner.map(lambda found: {"type": "object", "properties": {"name": {"$ref": "#"}, "id": found}}),
    )


schemas: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        _objects(inner), _objects(inner), _arrays(inner), _unions(inner), _odd_objects(inner), _odd_arrays(inner),
        _odd_unions(inner),
    ),
    max_leaves=8,
)  # fmt: skip
"""Any keyword, in any company."""

_texts = st.one_of(strings, st.just({"type": "string"}), st.just({"type": "string", "format": "date-time"}), listed)
_leaves = st.one_of(numbers, _texts, _texts, st.just({"type": "boolean"}), types)


def _records(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda properties, required, closed: {
            "type": "object",
            "properties": properties,
            "required": [one for one in required if one in properties],
            **({"additionalProperties": False} if closed else {}),
        },
        st.dictionaries(st.sampled_from((*NAMES, "price", "tags")), inner, min_size=1, max_size=4),
        st.lists(st.sampled_from((*NAMES, "price")), max_size=3, unique=True),
        st.booleans(),
    )


def _tagged(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    alternative = st.builds(
        lambda tag, more: {
            "type": "object",
            "properties": {"kind": {"const": tag}, **more},
            "required": ["kind"],
        },
        st.sampled_from(["a", "b", "c"]),
        st.dictionaries(st.sampled_from(("id", "name")), inner, max_size=2),
    )
    return st.lists(alternative, min_size=1, max_size=3, unique_by=str).map(lambda found: {"oneOf": found})


realistic: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        _records(inner),
        _records(inner),
        inner.map(lambda found: {"type": "array", "items": found}),
        _tagged(inner),
        inner.map(lambda found: {"anyOf": [found, {"type": "null"}]}),
        st.tuples(_records(inner), _records(inner)).map(lambda found: {"allOf": list(found)}),
    ),
    max_leaves=10,
)
"""Schemas as people write them: records, lists, tagged and nullable alternatives."""


def _of_openapi(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    marks = {name: st.just(True) for name in ("nullable", "readOnly", "writeOnly")}
    marked = st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "number"])}, optional=marks)
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(NAMES), inner | marked, min_size=1)},
        optional={
            "nullable": st.just(True),
            "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            "additionalProperties": st.just(False) | inner,
            "maxProperties": st.integers(1, 3),
        },
    )
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        objects,
        objects,
        st.sampled_from(PATTERNS).map(lambda found: {"type": "string", "pattern": found}),
        st.just({"type": "integer", "nullable": True}),
        several.map(lambda found: {"oneOf": found}),
        several.map(lambda found: {"anyOf": found}),
        several.map(lambda found: {"allOf": found}),
        inner.map(lambda found: {"not": found}),
        inner.map(lambda found: {"type": "array", "items": found}),
    )


OPENAPI: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": "number"}, {"enum": ["a", 1]}, {}]),
    _of_openapi,
    max_leaves=6,
)
"""Schemas of OpenAPI 3.0, of every keyword that libraries read as it is meant."""


def altered(schema: Any, draw: Any) -> Any:
    """The schema with one change somewhere."""
    if not isinstance(schema, dict) or draw(st.integers(0, 7)) == 0:
        return draw(scalars)
    keys = [key for key, value in schema.items() if isinstance(value, dict | list) and key != "enum"]
    if keys and draw(st.booleans()):
        key = draw(st.sampled_from(keys))
        value = schema[key]
        if isinstance(value, list) and value and isinstance(value[0], dict):
            index = draw(st.integers(0, len(value) - 1))
            return {**schema, key: [*value[:index], altered(value[index], draw), *value[index + 1 :]]}
        if key == "properties" and value:
            name = draw(st.sampled_from(sorted(value)))
            return {**schema, key: {**value, name: altered(value[name], draw)}}
        if isinstance(value, dict) and key in ("items", "not", "additionalProperties"):
            return {**schema, key: altered(value, draw)}
    removed = draw(st.sampled_from(sorted(schema))) if schema else None
    changed = {key: value for key, value in schema.items() if key != removed}
    return {
        **changed,
        **draw(st.sampled_from([{}, {"maxLength": 2}, {"minimum": 1}, {"required": ["id"]}, {"maxItems": 1}])),
    }


@st.composite
def pairs(draw: Any, of: st.SearchStrategy[Any]) -> tuple[Any, Any]:
    """A reader and a writer, mostly close to each other."""
    writer = draw(of)
    reader = altered(writer, draw) if draw(st.integers(0, 3)) else draw(of)
    return (reader, writer) if draw(st.booleans()) else (writer, reader)


@st.composite
def instances(draw: Any, schema: Any, depth: int = 0) -> Any:
    """Something like a value of the schema."""
    if depth > 5 or not isinstance(schema, dict) or draw(st.integers(0, 19)) == 0:
        return draw(values)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return draw(instances(draw(st.sampled_from(schema[keyword])), depth + 1))
    if "allOf" in schema:
        found = [draw(instances(one, depth + 1)) for one in schema["allOf"]]
        if all(isinstance(one, dict) for one in found):
            return {name: value for one in found for name, value in one.items()}
        return found[0]
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    kind = draw(st.sampled_from(kind)) if isinstance(kind, list) else kind
    return draw(_of_kind(schema, kind, depth))


@st.composite
def _of_kind(draw: Any, schema: dict[str, Any], kind: Any, depth: int) -> Any:
    if kind == "object":
        required = schema.get("required", ())
        found = {
            name: draw(instances(one, depth + 1))
            for name, one in schema.get("properties", {}).items()
            if name in required or draw(st.booleans())
        }
        for name in required:
            found.setdefault(name, draw(values))
        if schema.get("additionalProperties") is not False and draw(st.integers(0, 3)) == 0:
            found["x"] = draw(instances(schema.get("additionalProperties", True), depth + 1))
        return found
    if kind == "array":
        length = draw(st.integers(0, 3)) + schema.get("minItems", 0)
        head = [draw(instances(one, depth + 1)) for one in schema.get("prefixItems", ())][:length]
        return head + [draw(instances(schema.get("items", True), depth + 1)) for _ in range(length - len(head))]
    if kind in ("integer", "number"):
        near = [schema.get("minimum", 0), schema.get("maximum", 1), schema.get("exclusiveMinimum", 0) + 1]
        return draw(st.sampled_from([*near, *NUMBERS]))
    if kind == "string":
        return draw(st.sampled_from(WORDS))
    return draw(values)
