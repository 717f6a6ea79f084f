"""What a pact says, interaction by interaction, as frozen values: V1 to V4, HTTP and messages.

Reading never fails: what is missing or malformed becomes an empty value here and a sentence in ``problems``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.identity import SECTIONS, Section, interaction_id, raw_spec_version
from troth_schemas.problem import one_line, pointer

Kind: TypeAlias = Literal["http", "message", "sync-message", "unknown"]
"""How an interaction talks. ``message`` is one-way, ``sync-message`` has an answer."""

KINDS: Mapping[str, Kind] = {
    "Synchronous/HTTP": "http",
    "Asynchronous/Messages": "message",
    "Synchronous/Messages": "sync-message",
}
"""The ``type`` of an interaction in a V4 pact."""


@dataclass(frozen=True, slots=True)
class ProviderState:
    """A state that the provider must be in first, with the parameters that the consumer chose."""

    name: str
    params: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Plugin:
    """A Pact plug-in that a pact was written with."""

    name: str
    version: str | None
    configuration: Json


@dataclass(frozen=True, slots=True)
class Interaction:
    """One interaction or message of a pact.

    ``section`` and ``index`` say where it stands, ``id`` is the broker's ``_id``, ``key`` the V4 key. ``method`` and
    ``path`` are None unless it is HTTP. ``transport`` and ``plugins`` (names) are what a V4 interaction asks for.
    """

    section: Section
    index: int
    kind: Kind
    id: str
    key: str | None
    description: str
    states: tuple[ProviderState, ...]
    method: str | None
    path: str | None
    pending: bool
    comments: Mapping[str, Json]
    transport: str | None
    plugins: tuple[str, ...]

    @property
    def pointer(self) -> str:
        """Its place in the document, a JSON pointer."""
        return pointer(self.section, self.index)

    @property
    def title(self) -> str:
        """What people call it: the description, the states and, over HTTP, the request line; always one line."""
        given = f" given {', '.join(state.name for state in self.states)}" if self.states else ""
        request = f" ({self.method} {self.path})" if self.method else ""
        return one_line(f"{self.description or 'without a description'}{given}{request}")


def interactions(document: Json) -> tuple[Interaction, ...]:
    """Every interaction of a pact and then every message, in the order of the document.

    Elements that are no objects are left out; ``problems`` names them.
    """
    return tuple(
        read_interaction(document, section, index, element)
        for section, index, element in elements(document)
        if isinstance(element, dict)
    )


def elements(document: Json) -> Iterator[tuple[Section, int, Json]]:
    """Section, index and raw value of everything in a pact that is to be verified."""
    if not isinstance(document, dict):
        return
    for section in SECTIONS:
        values = document.get(section)
        if isinstance(values, list):
            for index, value in enumerate(values):
                yield section, index, value


def read_interaction(document: Json, section: Section, index: int, element: Document) -> Interaction:
    """The value of one raw element; ``document`` supplies the version of the specification."""
    kind = kind_of(document, section, element)
    request = element.get("request")
    method, path = _request_line(request) if kind == "http" else (None, None)
    comments = element.get("comments")
    configuration = element.get("pluginConfiguration")
    return Interaction(
        section=section,
        index=index,
        kind=kind,
        id=interaction_id(element),
        key=_text(element.get("key")),
        description=_text(element.get("description")) or "",
        states=states_of(element),
        method=method,
        path=path,
        pending=element.get("pending") is True,
        comments=comments if isinstance(comments, dict) else {},
        transport=_text(element.get("transport")),
        plugins=tuple(configuration) if isinstance(configuration, dict) else (),
    )


def kind_of(document: Json, section: str, element: Document) -> Kind:
    """How an element talks: by its ``type`` where it has one, else by the array it stands in.

    V4 demands a type, so an element of a V4 pact that has none is unknown.
    """
    if section == "messages":
        return "message"
    stated = element.get("type")
    if isinstance(stated, str):
        return KINDS.get(stated, "unknown")
    return "unknown" if stated is not None or is_v4(document) else "http"


def is_v4(document: Json) -> bool:
    """Whether a pact follows version 4 of the specification or a later one."""
    version = spec_version(document)
    major = version.partition(".")[0] if version else ""
    return major.isdecimal() and int(major) >= 4


def states_of(element: Document) -> tuple[ProviderState, ...]:
    """The provider states: a list (``providerStates``) or one name (``providerState``, ``provider_state``)."""
    listed = element.get("providerStates")
    if isinstance(listed, list):
        return tuple(state for item in listed if (state := _state(item)) is not None)
    for name in ("providerState", "provider_state"):
        state = _state(element.get(name))
        if state is not None:
            return (state,)
    return ()


def plugins(document: Json) -> tuple[Plugin, ...]:
    """The Pact plug-ins that a pact needs, as its metadata lists them."""
    metadata = document.get("metadata") if isinstance(document, dict) else None
    listed = metadata.get("plugins") if isinstance(metadata, dict) else None
    return tuple(
        Plugin(name=name, version=_text(item.get("version")), configuration=item.get("configuration"))
        for item in (listed if isinstance(listed, list) else [])
        if isinstance(item, dict) and (name := _text(item.get("name")))
    )


def spec_version(document: Json) -> str | None:
    """The version of the Pact specification that a pact names, such as "3.0.0", or None."""
    version = raw_spec_version(document) if isinstance(document, dict) else None
    if isinstance(version, bool) or not isinstance(version, str | int | float):
        return None
    return str(version)


def counts(document: Json) -> tuple[int, int]:
    """How many elements ``interactions`` and ``messages`` have. V4 messages count among the interactions."""
    found = {"interactions": 0, "messages": 0}
    for section, _, _ in elements(document):
        found[section] += 1
    return found["interactions"], found["messages"]


def names(document: Json) -> tuple[str | None, str | None]:
    """The names of consumer and provider inside a pact, None where one is missing or no text."""
    found: list[str | None] = []
    for role in ("consumer", "provider"):
        party = document.get(role) if isinstance(document, dict) else None
        found.append(_text(party.get("name")) if isinstance(party, dict) else None)
    return found[0], found[1]


def _state(item: Json) -> ProviderState | None:
    if isinstance(item, str):
        return ProviderState(item, {}) if item else None
    if not isinstance(item, dict):
        return None
    name, params = item.get("name"), item.get("params")
    if not isinstance(name, str):
        return None
    return ProviderState(name, params if isinstance(params, dict) else {})


def _request_line(request: Json) -> tuple[str, str]:
    members = request if isinstance(request, dict) else {}
    return (_text(members.get("method")) or "GET").upper(), _text(members.get("path")) or "/"


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
