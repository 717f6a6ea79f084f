"""The schema registry's words: what is asked of it, what it answers, and why it refuses.

The registry speaks Confluent's REST API, so that serializers work by changing a URL. Refusals carry that API's error
codes: the first three digits are the HTTP status.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from troth_broker.core.registry_names import qualified
from troth_schemas.options import MODES, Mode

Compatibility = Mode
DEFAULT_COMPATIBILITY: Final[Compatibility] = "BACKWARD"
DEFAULT_MODE: Final = "READWRITE"
WRITE_MODES: Final = ("READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT", "FORWARD")
"""What may be done with subjects. IMPORT takes ids and versions as they are given."""
READ_ONLY: Final = ("READONLY", "READONLY_OVERRIDE")
IMPORTING: Final = ("IMPORT", "FORWARD")

FORMATS: Final[Mapping[str, str]] = {"AVRO": "avro", "JSON": "jsonschema", "PROTOBUF": "protobuf"}
"""What the registry calls a type of schema, and what we call its format."""
TYPES: Final[Mapping[str, str]] = {name: kind for kind, name in FORMATS.items()}

LATEST: Final = -1
_LARGEST_VERSION: Final = 2**31 - 1
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LONGEST_SUBJECT: Final = 1_950
"""Bytes: with a version behind it, it is still a name that indexes take."""


class Refused(Exception):
    """A request that the registry does not follow: its error code and the sentence with it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Reference:
    """A schema that another one stands on: under which name, and which version of which subject."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True)
class NewSchema:
    """A schema as it is sent. ``id`` and ``version`` count only in mode IMPORT."""

    format: str
    text: str
    references: tuple[Reference, ...] = ()
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A version of a subject with its schema."""

    subject: str
    version: int
    id: int
    format: str
    text: str
    references: tuple[Reference, ...] = ()
    deleted: bool = False


def subject_not_found(subject: str) -> Refused:
    """No version of that subject, or none that is not deleted."""
    return Refused(40401, f"Subject '{subject}' not found.")


def version_not_found(version: int) -> Refused:
    """The subject is there, this version is not."""
    return Refused(40402, f"Version {version} not found.")


def schema_not_found(number: int | None = None) -> Refused:
    """No schema of that id, or not under that subject."""
    return Refused(40403, "Schema not found" if number is None else f"Schema {number} not found")


def read_subject(name: str) -> str:
    """A subject's name. Raises Refused for one that no store keeps."""
    if _CONTROL.search(name) or not name.strip() or len(name.encode()) > _LONGEST_SUBJECT:
        raise Refused(42208, f"The specified subject '{_CONTROL.sub('?', name)}' is not a valid subject.")
    return qualified(name)


def read_version(text: str) -> int:
    """A version's number, or LATEST. Raises Refused."""
    word = text.strip()
    if word.lower() == "latest" or word == "-1":
        return LATEST
    if word.isascii() and word.isdigit() and 1 <= int(word[:11]) <= _LARGEST_VERSION:
        return int(word)
    raise Refused(
        42202,
        f"The specified version '{text}' is not a valid version id. Allowed values are between [1, 2^31-1] and the "
        'string "latest"',
    )


def read_schema(document: Mapping[str, Any]) -> NewSchema:
    """The schema that a request carries. Raises Refused."""
    text = document.get("schema")
    if not isinstance(text, str) or not text.strip():
        raise Refused(42201, "Empty schema")
    kind = document.get("schemaType") or "AVRO"
    if not isinstance(kind, str) or kind.upper() not in FORMATS:
        raise Refused(42201, f"Invalid schema type {kind!r}: it is one of {', '.join(FORMATS)}")
    references = document.get("references") or []
    rules = document.get("ruleSet")
    if isinstance(rules, dict) and any(rules.values()):
        raise Refused(42210, "Invalid ruleSet: this registry keeps no rules, and a message would be sent without them")
    if not isinstance(references, list):
        raise Refused(42201, "references must be a list of objects with a name, a subject and a version")
    return NewSchema(
        FORMATS[kind.upper()],
        text,
        tuple(_reference(one) for one in references),
        _number(document, "id"),
        _number(document, "version"),
    )


def _reference(sent: Any) -> Reference:
    if isinstance(sent, dict):
        name, subject, version = sent.get("name"), sent.get("subject"), sent.get("version")
        if isinstance(name, str) and isinstance(subject, str) and type(version) is int and name and subject.strip():
            return Reference(name, read_subject(subject), version)
    raise Refused(42201, "each reference needs a name, a subject and a version: a text, a text and a number")


def _number(document: Mapping[str, Any], name: str) -> int | None:
    value = document.get(name)
    if value is None or value in (0, -1):
        return None
    if type(value) is not int or not 0 < value <= _LARGEST_VERSION:
        raise Refused(42202 if name == "version" else 42201, f"{name} must be a number between 1 and 2^31-1")
    return value


def read_compatibility(document: Mapping[str, Any]) -> Compatibility:
    """The level that a request sets. Raises Refused."""
    level = document.get("compatibility")
    if not isinstance(level, str) or level.upper() not in MODES:
        raise Refused(
            42203,
            "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, "
            "forward_transitive, and full_transitive",
        )
    return cast(Compatibility, level.upper())


def read_mode(document: Mapping[str, Any]) -> str:
    """The mode that a request sets. Raises Refused."""
    mode = document.get("mode")
    if not isinstance(mode, str) or mode.upper() not in WRITE_MODES:
        raise Refused(42204, f"Invalid mode. Valid values are {', '.join(WRITE_MODES)}")
    return mode.upper()


def application_of(subject: str, rules: tuple[str, ...]) -> str | None:
    """The application that a subject belongs to by the first rule that fits; None where none does.

    A rule is ``PATTERN=APPLICATION``. The pattern is a subject with one ``*`` for any text; in the application's name
    ``*`` stands for that text, and ``{topic}`` for the same without ``-key`` or ``-value``.
    """
    for rule in rules:
        pattern, _, application = rule.partition("=")
        before, star, after = pattern.strip().partition("*")
        if not star:
            if subject == before:
                return application.strip()
        elif subject.startswith(before) and subject.endswith(after) and len(subject) >= len(before) + len(after):
            met = subject[len(before) : len(subject) - len(after)]
            topic = met.removesuffix("-value").removesuffix("-key")
            return application.strip().replace("{topic}", topic).replace("*", met)
    return None
