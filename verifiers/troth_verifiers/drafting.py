"""What a document is before anything beside it is read: its format, whose it is, and which documents belong to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import PurePosixPath
from typing import Final

from troth_schemas import plugged
from troth_schemas.detecting import detect, of_value
from troth_schemas.documents import missing, read
from troth_schemas.errors import ContractUnreadable, FormatUndetected
from troth_schemas.expectations import is_expectations
from troth_schemas.json_body import Json
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract
from troth_verifiers.errors import SourceUnreadable

VARIABLES: Final = ".variables.json"
"""How the document ends that holds the variables of GraphQL's operations."""
_SCHEMA: Final = "schema.graphql"
_YAML: Final = (".yaml", ".yml")
_GRAPHQL: Final = (".graphql", ".gql")


@dataclass(frozen=True, slots=True)
class Draft:
    """A contract without the documents beside it. `name` is the document's own, without the folder that it is in.

    `unreadable` is a sentence that says why it cannot be made out; else the verifier of its format says so.
    """

    name: str
    content: bytes = field(repr=False)
    value: Json = field(repr=False)
    format: str
    consumer: str
    provider: str
    unreadable: str = ""

    def needs(self, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """The documents that it refers to, or that those do, and that are not among the files yet."""
        if self.format in ("asyncapi", "openapi"):
            whole = {self.name: self.content, **files}
            return tuple(name for name in missing(Sources(self.name, whole)) if "://" not in name and name not in whole)
        return tuple(name for name in _referred(self.value) if name not in files)

    def imports(self, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """Each place where a document may lie that is imported by name alone, and is not among the files yet."""
        if self.format != "asyncapi":
            return ()
        try:  # AsyncAPI comes with an extra; without it nothing reads the document, which is said where it is replayed
            imported = import_module("troth_schemas.asyncapi.gathering").imported
        except ImportError:
            return ()
        return tuple(imported(Sources(self.name, {self.name: self.content, **files})))

    @property
    def around(self) -> tuple[str, ...]:
        """What belongs to it by its name, if it is there: of plain operations their variables, and the schema."""
        if self.format != "graphql-operations":
            return ()
        names = (f"{self.name.partition('.')[0]}{VARIABLES}", _SCHEMA)
        return tuple(name for name in names if name != self.name)

    def with_files(self, files: Mapping[str, bytes], *, shown: str, origin: str) -> Contract:
        """The whole contract; `shown` is what people are told."""
        return Contract(
            consumer=self.consumer,
            provider=self.provider,
            content=self.content,
            name=shown,
            format=self.format,
            origin=origin,
            unreadable=self.unreadable,
            files=files,
        )


def draft(place: str, content: bytes, *, yaml: bool = False) -> Draft:
    """What the document at a path or a URL is; `yaml` says that it is YAML whatever its name is.

    The names are empty where they cannot be read. What is nothing that is known is taken for a pact, whose verifier
    says what is wrong with it.
    """
    name = PurePosixPath(place.replace("\\", "/")).name
    try:
        value = _value(name, content, yaml=yaml or name.lower().endswith(_YAML))
    except _NoYaml as problem:
        return Draft(name, content, None, _format_of(name, content, None), "", "", str(problem))
    consumer, provider = (_party(value, role) for role in ("consumer", "provider"))
    return Draft(name, content, value, _format_of(name, content, value), consumer, provider)


def inside(place: str, name: str) -> str:
    """The name of a document in the folder of one that refers to it, or below; nothing else is read."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "://" in name:
        raise SourceUnreadable(f"{place} refers to {name}, which is not in its folder; put it there.")
    return name


class _NoYaml(Exception):
    """What should be YAML cannot be read; the text is a sentence."""


def _value(name: str, content: bytes, *, yaml: bool) -> Json:
    """What the document says; None for what is no JSON, which is for the verifier to say. Raises `_NoYaml`."""
    if yaml:
        return _yaml(name, content)
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value


def _yaml(name: str, content: bytes) -> Json:
    try:
        value = read(name, content).value
    except ImportError:
        raise _NoYaml("it is YAML, which needs the library PyYAML: pip install pyyaml") from None
    except ContractUnreadable as problem:
        raise _NoYaml(str(problem)) from None
    if _format_of(name, content, value) == "pact":
        raise _NoYaml("it is YAML, and no contract that is known: expectations begin with `troth: 1`, pacts are JSON")
    return value


def _format_of(name: str, content: bytes, value: Json) -> str:
    if name.lower().endswith(_GRAPHQL):
        return "graphql-operations"
    if isinstance(value, dict):
        if is_expectations(value):
            protocol = value.get("protocol")
            return protocol if isinstance(protocol, str) else "expectations"
        if "asyncapi" in value:
            return "asyncapi"
        known = of_value(value)
        if known in ("graphql-operations", "openapi"):
            return known
        if known == "pact":
            return "pact"
    return _other(name, content) or "pact"


def _other(name: str, content: bytes) -> str | None:
    """What is neither JSON nor YAML of ours: GraphQL by its text, or a format that a plug-in takes for its own."""
    found = plugged.recognised(name, content)
    if found is not None:
        return found
    try:
        return "graphql-operations" if detect(name, content).startswith("graphql") else None
    except (ContractUnreadable, FormatUndetected, ImportError):
        return None


def _referred(value: Json) -> list[str]:
    """The schemas that expectations refer to, by their names."""
    if not isinstance(value, dict) or not is_expectations(value):
        return []
    schema = value.get("schema")
    return [one for one in (schema if isinstance(schema, list) else [schema]) if isinstance(one, str)]


def _party(value: Json, role: str) -> str:
    """A side as contracts of the Pact kind name it, or Troth's own."""
    party = value.get(role) if isinstance(value, dict) else None
    name = party.get("name") if isinstance(party, dict) else party
    return name if isinstance(name, str) else ""
