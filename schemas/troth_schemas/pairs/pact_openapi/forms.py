"""Bodies of forms (application/x-www-form-urlencoded): fields as an object, each text for what its schema wants."""

from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.openapi import Media, Parameter
from troth_schemas.openapi.model import Style
from troth_schemas.pact.contents import fields
from troth_schemas.pact.parts import Part
from troth_schemas.pact.shape import shape
from troth_schemas.pairs.pact_bodies import Body
from troth_schemas.pairs.pact_openapi.parameters import REQUEST, given
from troth_schemas.pairs.pact_openapi.texts import coerced, wanted

_STYLES: Final[dict[str, Style]] = {
    "form": "form",
    "spaceDelimited": "spaceDelimited",
    "pipeDelimited": "pipeDelimited",
    "deepObject": "deepObject",
}


def body(part: Part, described: Media, schema: SchemaAt) -> Body:
    """A form as an object. Its rules are left out, since they speak of texts: the example is what is judged."""
    sent: dict[str, tuple[str, ...]] = {}
    for name, value in fields(str(part.contents.value)):
        sent[name] = (*sent.get(name, ()), value)
    members = wanted(schema).members
    found: dict[str, Json] = {}
    used: set[str] = set()
    for name, at in members.items():
        one = given(_field(name, at, described), sent)
        if one.present:
            found[name] = one.value
            used |= {name} | {key for key in sent if key.startswith(f"{name}[")}
    for name, texts in sent.items():
        if name not in used:
            found[name] = coerced(texts[0] if len(texts) == 1 else list[Json](texts), None, REQUEST)
    return Body.of(found, shape(found), ruled=False)


def _field(name: str, schema: SchemaAt, described: Media) -> Parameter:
    """A field is written as a parameter of a query would be; objects as most frameworks write them, with brackets."""
    encoding = described.encoding.get(name)
    said = encoding if isinstance(encoding, dict) else {}
    usual: Style = "deepObject" if wanted(schema).object else "form"
    style = _STYLES.get(str(said.get("style")), usual)
    return Parameter(
        name, "query", described.location, schema=schema, style=style, explode=said.get("explode") is not False
    )
