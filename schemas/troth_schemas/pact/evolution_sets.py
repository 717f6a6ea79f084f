"""The sets of values that two pacts speak of, held against each other."""

from collections.abc import Mapping

from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import Containment, SchemaAt, contain
from troth_schemas.pact.matchers import RuleList, statuses
from troth_schemas.pact.parts import Exchange, Part
from troth_schemas.pact.paths import ANY
from troth_schemas.pact.rules import Rules
from troth_schemas.pact.shape import opened, shape


def comparable(new: Part, old: Part) -> bool:
    """Whether both parts carry something that can be compared."""
    if not (new.contents.present and old.contents.present):
        return False
    kinds = {new.contents.kind, old.contents.kind}
    if new.contents.unreadable or old.contents.unreadable or len(kinds) > 1:
        return False
    return kinds <= {"json", "text", "form"} or new.contents == old.contents


def is_unchanged(new: Part, old: Part) -> bool:
    """Whether two parts carry the same, under the same rules."""
    same_rules = new.written.get("matchingRules") == old.written.get("matchingRules")
    return same_rules and new.contents == old.contents


def opened_shape(part: Part) -> Document:
    """The set of bodies that the consumer reads without complaint."""
    found = opened(part.shape)
    assert isinstance(found, dict), "a shape is an object"
    return found


def text_shape(text: str, rules: RuleList | None) -> Document:
    """The set that a text with its rules stands for."""
    return shape(text) if rules is None else shape(text, Rules.of([((), rules)]))


def status_shape(of: Exchange) -> Document:
    """The set of statuses that are expected."""
    rules = of.response.rules.status
    taken = [one for matcher in rules.matchers for one in statuses(matcher)] if rules is not None else []
    return {"enum": list[Json](taken)} if taken else {"const": of.status}


def texts_of(values: Mapping[str, tuple[str, ...]], rules: Mapping[str, RuleList]) -> dict[str, Document]:
    """The sets of what is sent under each name."""
    found = {}
    for name, texts in values.items():
        rule = rules.get(name)
        found[name] = shape(list[Json](texts), Rules.of([((ANY,), rule)] if rule is not None else []))
    return found


def headers_of(new: Part, old: Part) -> tuple[dict[str, Document], dict[str, Document]]:
    """The sets of the headers (or metadata) of two parts."""
    return texts_of(new.headers, new.rules.header or new.rules.metadata), texts_of(
        old.headers, old.rules.header or old.rules.metadata
    )


def holds(reader: Document, writer: Document) -> bool:
    """Whether one set holds all of another."""
    return reader == writer or contained(reader, writer).contained is True


def contained(reader: Document, writer: Document) -> Containment:
    """What one set lacks of another."""
    return Containment(judged=1) if reader == writer else contain(made(reader), made(writer))


def made(schema: Document) -> SchemaAt:
    """A set as a schema that can be asked about."""
    return SchemaAt(Documents.of("the pact", schema), Location("the pact"), "2020-12")
