"""Small schemas drawn at random over few names, so that two of them have much in common and much that differs."""

from hypothesis import strategies as st

from troth_schemas.contract import Contract
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.sources import Sources

_WRAPPED = st.sampled_from(["{}", "{}", "{}!", "[{}]", "[{}!]!", "[[{}]]"])
_DEPRECATED = st.sampled_from(["", "", "", "", ' @deprecated(reason: "Use another.")'])
_DEFAULTS = {"Int": ["1", "2"], "String": ['"a"', '"b"'], "Boolean": ["true"], "E": ["X"], "In": ["{}"]}


@st.composite
def schemas(draw: st.DrawFn) -> str:
    enum = draw(st.lists(st.sampled_from(["Y", "Z"]), max_size=2, unique=True))
    objects = ["A", *draw(st.lists(st.sampled_from(["B", "C"]), max_size=2, unique=True))]
    has_interface, has_union = draw(st.booleans()), draw(st.booleans())
    outputs = ["Int", "String", "ID", "E", *objects]
    outputs += ["I"] if has_interface else []
    outputs += ["U"] if has_union else []
    shared = _fields(draw, ["i"], ["Int", "String"], ["Int", "In"])
    parts = [f"enum E {{ X {' '.join(enum)} }}", _input(draw), "scalar Time"]
    if has_interface:
        parts.append(f"interface I {{ {' '.join(shared)} }}")
    if has_union:
        members = draw(st.lists(st.sampled_from(objects), min_size=1, unique=True))
        parts.append(f"union U = {' | '.join(members)}")
    for name in objects:
        implements = has_interface and (name == "A" or draw(st.booleans()))
        fields = _fields(draw, ["a", "b", "c"], outputs, ["Int", "E", "In", "Boolean"])
        head = f"type {name} implements I" if implements else f"type {name}"
        parts.append(f"{head} {{ {' '.join([*(shared if implements else []), *fields])} }}")
    parts.append(f"type Query {{ {' '.join(_fields(draw, ['a', 'b', 'q'], outputs, ['Int', 'String', 'In']))} }}")
    if draw(st.booleans()):
        parts.append("type Mutation { m(in: In!): A }")
    if draw(st.booleans()):
        locations = draw(st.lists(st.sampled_from(["FIELD", "QUERY", "OBJECT"]), min_size=1, unique=True))
        argument = draw(st.sampled_from(["", "(n: Int)", "(n: Int!)", "(n: Int = 1)", "(s: String)"]))
        repeatable = draw(st.sampled_from(["", " repeatable"]))
        parts.append(f"directive @d{argument}{repeatable} on {' | '.join(locations)}")
    return "\n\n".join(draw(st.permutations(parts))) + "\n"


def _fields(draw: st.DrawFn, names: list[str], types: list[str], inputs: list[str]) -> list[str]:
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    return [
        f"{name}{_arguments(draw, inputs)}: {draw(_WRAPPED).format(draw(st.sampled_from(types)))}{draw(_DEPRECATED)}"
        for name in chosen
    ]


def _arguments(draw: st.DrawFn, types: list[str]) -> str:
    chosen = draw(st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True))
    return f"({', '.join(f'{name}: {_taken(draw, types)}' for name in chosen)})" if chosen else ""


def _taken(draw: st.DrawFn, types: list[str]) -> str:
    name = draw(st.sampled_from(types))
    defaults = [f" = {one}" for one in _DEFAULTS.get(name, [])] if name != "In" else []
    wrapped = draw(st.sampled_from(["{}", "{}", "{}!", "[{}]", "[{}!]!"]))
    default = draw(st.sampled_from(["", "", *defaults])) if wrapped in ("{}", "{}!") else ""
    return wrapped.format(name) + default


def _input(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(["n", "o"]), max_size=2, unique=True))
    if draw(st.integers(0, 9)) == 0:
        return f"input In @oneOf {{ k: Int {' '.join(f'{name}: E' for name in names)} }}"
    taken = [f"{name}: {_taken(draw, ['Int', 'E', 'String'])}" for name in names]
    return f"input In {{ k: Int {' '.join(taken)} }}"


def contract(text: str) -> Contract:
    return Contract("graphql", Sources("schema.graphql", {"schema.graphql": text.encode()}))


def document(text: str) -> SchemaDocument:
    loaded = contract(text).loaded
    assert loaded.usable, [str(one) for one in loaded.problems]
    found = loaded.document
    assert isinstance(found, SchemaDocument)
    return found
