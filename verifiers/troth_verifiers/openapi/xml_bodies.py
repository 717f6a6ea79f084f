"""XML bodies as the values that a schema describes, by its ``xml`` objects: name, attribute, wrapped, namespace.

Where a schema states no namespace, any will do; where it states no name of the outermost element, any will do, too,
since a description has no place that requires one. Text between elements is a member or an item that no schema knows.
"""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from troth_schemas.json_body import Document, Json
from troth_schemas.matching.xml import Element, NotXml, parse_xml
from troth_verifiers.openapi.hints import Hints, hints_of, text_of

_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_ROOT: Final = "root"


def is_xml(kind: str) -> bool:
    """Whether a media type, without its parameters, is XML."""
    return kind.endswith(("/xml", "+xml"))


def is_plain_text(schema: Json, document: Document) -> bool:
    """Whether a schema says of XML that it is a text, and nothing of its elements."""
    hints = hints_of(document, schema)
    return hints.kinds == {"string"} and not hints.xml and not hints.is_object


def read_xml(content: bytes, schema: Json, document: Document) -> Json:
    """The value in an XML body; texts are numbers and truths where the schema wants them. Raises `NotXml`."""
    root = parse_xml(content)
    hints = hints_of(document, schema)
    own = _local(root.name)
    if not _is_called(root.name, own, hints):
        raise NotXml(f"its root is <{own}>{_within(root)}, and the description calls it {_called(hints, own)}")
    if hints.is_array and not hints.is_object:
        return _items(root, hints, str(hints.xml.get("name", "")))
    return _value(root, hints)


def write_xml(value: Json, schema: Json, document: Document) -> bytes:
    """An XML body of a value, as the schema wants it."""
    hints = hints_of(document, schema)
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    named = str(reference).rpartition("/")[2] if isinstance(reference, str) else _ROOT
    name = str(hints.xml.get("name", named))
    if isinstance(value, list):
        inner = "".join(_written(name, one, hints.of(hints.items)) for one in value)
        return f"<{name}{_namespace(hints)}>{inner}</{name}>".encode()
    return _written(name, value, hints).encode()


def _value(element: Element, hints: Hints) -> Json:
    if element.attributes.get(f"{_INSTANCE}:nil") in ("true", "1"):
        return None
    if hints.is_array and not hints.is_object:
        return _items(element, hints, _local(element.name))
    plain = hints.kinds and not hints.is_object
    if plain or not (hints.is_object or element.elements or _attributes(element)):
        if plain and (element.elements or _attributes(element)):
            return _object(element, hints)  # what has members is no plain value
        return hints.scalar("".join(one for one in element.inside if isinstance(one, str)))
    return _object(element, hints)


def _object(element: Element, hints: Hints) -> Document:
    found: Document = {}
    taken: set[str] = set()
    attributes = _attributes(element)
    for name, schema in hints.properties.items():
        inner = hints.of(schema)
        if inner.xml.get("attribute") is True:
            key = next((one for one in attributes if _is_called(one, name, inner)), None)
            if key is not None:
                taken.add(f"@{key}")
                found[name] = inner.scalar(attributes[key])
            continue
        several = inner.is_array and inner.xml.get("wrapped") is not True
        called = inner.of(inner.items) if several else inner
        fallback = str(inner.xml.get("name", name)) if several else name
        children = [one for one in element.elements if _is_called(one.name, fallback, called)]
        taken |= {one.name for one in children}
        if several and children:
            found[name] = [_value(one, called) for one in children]
        elif children:
            values = [_value(one, inner) for one in children]
            found[name] = values[0] if len(values) == 1 else values
    others: Document = {f"@{_local(name)}": text for name, text in attributes.items() if f"@{name}" not in taken}
    unknown = Hints(hints.document)
    others |= {f"<{_local(one.name)}>": _value(one, unknown) for one in element.elements if one.name not in taken}
    if element.text:
        others["#text"] = element.text
    for marked, value in others.items():  # what is written as another kind than the schema says is no such member
        name = marked.strip("@<>")
        found[marked if name in hints.properties else name] = value
    return found


def _items(element: Element, hints: Hints, fallback: str) -> list[Json]:
    """The values in an element that wraps a list; one of another name is told by its own."""
    inner = hints.of(hints.items)
    between: list[Json] = [{"#text": element.text}] if element.text else []
    return between + [
        _value(one, inner)
        if "name" not in inner.xml or _is_called(one.name, fallback, inner)
        else {_local(one.name): _value(one, inner)}
        for one in element.elements
    ]


def _is_called(name: str, fallback: str, hints: Hints) -> bool:
    wanted = str(hints.xml.get("name", fallback))
    namespace = hints.xml.get("namespace")
    return _local(name) == wanted and (namespace is None or name.rpartition(":")[0] == namespace)


def _called(hints: Hints, fallback: str) -> str:
    namespace = hints.xml.get("namespace")
    return f"<{hints.xml.get('name', fallback)}>{f' in {namespace}' if namespace else ''}"


def _within(element: Element) -> str:
    namespace = element.name.rpartition(":")[0]
    return f" in {namespace}" if namespace else ""


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _attributes(element: Element) -> dict[str, str]:
    """The attributes that carry values; those of XML Schema itself do not."""
    return {name: text for name, text in element.attributes.items() if not name.startswith(_INSTANCE)}


def _written(name: str, value: Json, hints: Hints) -> str:
    if isinstance(value, list):
        return "".join(_list(name, value, hints))
    if not isinstance(value, dict):
        return f"<{name}{_namespace(hints)}>{escape(text_of(value))}</{name}>"
    attributes, inside = "", ""
    for key, one in value.items():
        inner = hints.of(hints.properties.get(key))
        called = str(inner.xml.get("name", key))
        if inner.xml.get("attribute") is True:
            attributes += f" {called}={quoteattr(text_of(one))}"
        else:
            inside += _written(called, one, inner)
    return f"<{name}{_namespace(hints)}{attributes}>{inside}</{name}>"


def _list(name: str, values: list[Json], hints: Hints) -> Iterator[str]:
    inner = hints.of(hints.items)
    items = "".join(_written(str(inner.xml.get("name", name)), one, inner) for one in values)
    yield f"<{name}{_namespace(hints)}>{items}</{name}>" if hints.xml.get("wrapped") is True else items


def _namespace(hints: Hints) -> str:
    """The namespace is the default of its element, so that no name needs a prefix."""
    namespace = hints.xml.get("namespace")
    return f" xmlns={quoteattr(namespace)}" if isinstance(namespace, str) else ""
