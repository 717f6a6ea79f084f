"""The rules about single properties and what schemas declare: that they are there, required, who may send them."""

from typing import Final

from troth_schemas.finding import Severity
from troth_schemas.openapi.pair import Direction
from troth_schemas.openapi.schema_table import Where
from troth_schemas.rule import Rule

_SENT: Final = "clients send what they always sent and are refused."
_READ: Final = "clients that read it find nothing."
_NOTHING: Final = "nothing, it breaks nobody."


def _rule(
    name: str, severity: Severity, fact: str, why: str, instead: str, mirror: str, *aliases: str, note: str = ""
) -> Rule:
    mirror = f"openapi/{mirror}" if " " not in mirror else mirror
    return Rule(f"openapi/{name}", severity, fact, why, instead, aliases, mirror, note)


REQUEST: Final[dict[str, Rule]] = {
    "added-required": _rule(
        "new-required-request-property", "breaking", "Requests must have a property that there was not before.",
        _SENT, "add it as optional, and say what counts when it is absent.", "response-required-property-removed",
        "new-required-request-property",
    ),
    "added-required-default": _rule(
        "new-required-request-property-with-default", "risky",
        "Requests must have a property that there was not before, for which there is a default.",
        "if the provider fills in the default, nobody is refused; if it validates by the schema, every old client is.",
        "take it out of `required`: the default says what counts when it is absent.",
        "response-required-property-removed", "new-required-request-property-with-default",
    ),
    "added": _rule(
        "new-optional-request-property", "safe", "Requests may have another property.",
        "clients may begin to send it.", _NOTHING, "request-property-removed", "new-optional-request-property",
    ),
    "removed": _rule(
        "request-property-removed", "risky", "A property of a request is no longer declared.",
        "clients go on sending it; the schema leaves it open, so it is ignored, and what it asked for does not happen.",
        "keep it, marked `deprecated`, until no client sends it.", "new-optional-request-property",
        "request-property-removed",
    ),
    "refused": _rule(
        "request-property-refused", "breaking",
        "A property of a request is no longer declared, and what is not declared is refused.",
        _SENT, "go on accepting it, even if nothing is done with it.", "response-property-added-to-closed",
        "request-property-removed",
    ),
    "became-required": _rule(
        "request-property-became-required", "breaking", "A property of a request that could be left out is needed now.",
        "clients that leave it out are refused.", "keep it optional, and say what counts when it is absent.",
        "response-property-became-optional", "request-property-became-required",
    ),
    "became-required-default": _rule(
        "request-property-became-required-with-default", "risky",
        "A property of a request for which there is a default is needed now.",
        "if the provider fills in the default, nobody is refused; if it validates by the schema, some clients are.",
        "take it out of `required`: the default says what counts when it is absent.",
        "response-property-became-optional", "request-property-became-required-with-default",
    ),
    "became-optional": _rule(
        "request-property-became-optional", "safe", "A property of a request that was needed may be left out.",
        "clients may leave it out.", _NOTHING, "response-property-became-required", "request-property-became-optional",
    ),
    "read-only": _rule(
        "request-property-became-read-only", "breaking", "A property of a request became `readOnly`.",
        "clients that send it are refused, or it is ignored.", "let another property be the read-only one.",
        "request-property-became-not-read-only", "request-property-became-read-only",
    ),
    "not-read-only": _rule(
        "request-property-became-not-read-only", "safe", "A property that was `readOnly` may be sent in requests.",
        "clients may begin to send it.", _NOTHING, "request-property-became-read-only",
        "request-property-became-not-read-only",
    ),
    "deprecated": _rule(
        "request-property-deprecated", "safe", "A property of a request is deprecated.",
        "clients should do without it.", "nothing, this is how things should go.", "request-property-reactivated",
    ),
    "reactivated": _rule(
        "request-property-reactivated", "safe", "A property of a request is no longer deprecated.",
        "clients may go on using it.", _NOTHING, "request-property-deprecated",
    ),
    "extensible-removed": _rule(
        "request-extensible-enum-value-removed", "breaking", "A value of a request's extensible enum is gone.",
        _SENT, "go on accepting the value.", "response-extensible-enum-value-added",
        "request-property-x-extensible-enum-value-removed", "request-parameter-x-extensible-enum-value-removed",
        note="No JSON Schema says so (`x-extensible-enum` is an extension), so there is no witness.",
    ),
    "extensible-added": _rule(
        "request-extensible-enum-value-added", "safe", "A request's extensible enum has another value.",
        "clients may begin to send it.", _NOTHING, "request-extensible-enum-value-removed",
    ),
}  # fmt: skip

RESPONSE: Final[dict[str, Rule]] = {
    "added": _rule(
        "response-property-added", "safe", "A response may have another property.",
        "clients may begin to read it.", _NOTHING, "response-optional-property-removed",
        "response-optional-property-added", "response-required-property-added",
    ),
    "refused": _rule(
        "response-property-added-to-closed", "breaking",
        "A response may have another property, where its schema had promised that there are no others.",
        "clients that validate what they get refuse it.",
        "leave schemas of responses open (no `additionalProperties: false`), well before properties come.",
        "request-property-refused",
        note="Other checkers take every new property of a response for safe; the schema says otherwise.",
    ),
    "removed-required": _rule(
        "response-required-property-removed", "breaking", "A property that every response had is gone.",
        _READ, "go on sending it, marked `deprecated`, until no client reads it.", "new-required-request-property",
        "response-required-property-removed",
    ),
    "removed": _rule(
        "response-optional-property-removed", "risky", "A property that a response could have is gone.",
        "clients that read it find nothing; they had to be ready for that.",
        "go on sending it, marked `deprecated`, until no client reads it.", "response-property-added",
        "response-optional-property-removed",
    ),
    "became-optional": _rule(
        "response-property-became-optional", "breaking", "A property that every response had may be absent.",
        _READ, "go on sending it always.", "request-property-became-required", "response-property-became-optional",
    ),
    "became-required": _rule(
        "response-property-became-required", "safe", "A property that could be absent is in every response.",
        "clients may rely on it.", _NOTHING, "request-property-became-optional", "response-property-became-required",
    ),
    "write-only": _rule(
        "response-property-became-write-only", "risky", "A property of a response became `writeOnly`.",
        _READ, "let another property be the write-only one.", "response-property-became-not-write-only",
        "response-property-became-write-only",
    ),
    "not-write-only": _rule(
        "response-property-became-not-write-only", "risky",
        "A property that was `writeOnly` may come back in responses.",
        "what was meant to be sent only, such as a password, may be shown.", "keep it `writeOnly`.",
        "response-property-became-write-only", "response-property-became-not-write-only",
    ),
    "deprecated": _rule(
        "response-property-deprecated", "safe", "A property of a response is deprecated.",
        "clients should do without it.", "nothing, this is how things should go.", "response-property-reactivated",
    ),
    "reactivated": _rule(
        "response-property-reactivated", "safe", "A property of a response is no longer deprecated.",
        "clients may go on reading it.", _NOTHING, "response-property-deprecated",
    ),
    "extensible-removed": _rule(
        "response-extensible-enum-value-removed", "safe", "A response's extensible enum lost a value.",
        "clients need no longer be ready for it.", _NOTHING, "response-extensible-enum-value-added",
    ),
    "extensible-added": _rule(
        "response-extensible-enum-value-added", "safe", "A response's extensible enum has another value.",
        "clients may meet it; being extensible means that they are ready for that.", _NOTHING,
        "request-extensible-enum-value-removed",
    ),
}  # fmt: skip

_THINGS: Final[dict[tuple[Direction, Where], str]] = {
    ("request", "parameter"): "a request's parameter",
    ("request", "body"): "a request's body",
    ("request", "property"): "a property of a request",
    ("response", "header"): "a response's header",
    ("response", "body"): "a response's body",
    ("response", "property"): "a property of a response",
}
_CHANGED: Final = {
    "default": "`default`",
    "format": "`format`",
    "content-encoding": "`contentEncoding`",
    "content-media-type": "`contentMediaType`",
    "discriminator": "`discriminator`",
}
"""What schemas say of values without refusing any by it."""

_OF_SINGLE_VALUES: Final = ("default", "format")
_MISREAD: Final[dict[Direction, str]] = {
    "request": "what clients send may no longer be understood, though no schema refuses it for that.",
    "response": "clients may not be able to read what they get: a parser of dates, a type of numbers, a class to fill.",
}
_FORMAT_NOTE: Final = (
    "Where formats are told to be checked (`format_assertion`) and one refuses what the other has, it breaks."
)

_NOTES: Final = {
    "format": _FORMAT_NOTE,
    "discriminator": (
        "A value that names no schema any more, or another one, breaks where the reader has to tell kinds apart by it."
    ),
}


def _changed(axis: str, direction: Direction, where: Where) -> Rule:
    other: Direction = "response" if direction == "request" else "request"
    there = {"parameter": "header", "header": "parameter"}.get(where, where)
    name, mirror = f"{direction}-{where}-{axis}-changed", f"{other}-{there}-{axis}-changed"
    fact = f"The {_CHANGED[axis]} of {_THINGS[direction, where]} changed."
    if axis != "default":
        instead = f"keep the {_CHANGED[axis]}; let a new property or parameter have the new one."
        note = _NOTES.get(axis, "")
        return _rule(name, "risky", fact, _MISREAD[direction], instead, mirror, note=note)
    aliases = (f"{direction}-{where}-default-value-{change}" for change in ("changed", "added", "removed"))
    if direction == "response":
        return _rule(name, "safe", fact, "clients that fill it in have another value.", _NOTHING, mirror, *aliases)
    why, instead = "requests that leave it out mean something else.", "keep it, or let clients say what they mean."
    return _rule(name, "risky", fact, why, instead, mirror, *aliases)


CHANGED: Final = {
    (axis, direction, where): _changed(axis, direction, where)
    for axis in _CHANGED
    for direction, where in _THINGS
    if axis in _OF_SINGLE_VALUES or where in ("body", "property")
}
PROPERTY: Final[dict[Direction, dict[str, Rule]]] = {"request": REQUEST, "response": RESPONSE}

SCHEMA_NOT_COVERED: Final = _rule(
    "schema-not-covered", "not-covered", "Two schemas could not be compared.",
    "nothing is known about them: neither that they fit nor that they do not.",
    "write the schema without the keyword that is named, or look for yourself.",
    "it is its own mirror: what cannot be compared cannot be compared either way",
)  # fmt: skip
XML_NOT_COVERED: Final = _rule(
    "xml-not-covered", "not-covered", "The schema of an XML body changed.",
    "how XML is read by a JSON schema is not judged, so nothing is known about it.",
    "look for yourself whether what was sent can still be read.",
    "it is its own mirror: what cannot be compared cannot be compared either way",
)  # fmt: skip

PROPERTY_RULES: Final = (
    *REQUEST.values(), *RESPONSE.values(), *CHANGED.values(), SCHEMA_NOT_COVERED, XML_NOT_COVERED,
)  # fmt: skip
