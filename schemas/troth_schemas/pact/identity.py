"""Which pacts are the same: the Pact Broker's content identity and the identity of a single interaction.

Both are SHA-1 hashes of Ruby's JSON text, so that a store that was filled by a Pact Broker, its permalinks and the
results in it keep their meaning here.
"""

from hashlib import sha1
from typing import Literal, TypeAlias

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.ruby_json import plain_text, sorted_text

Section: TypeAlias = Literal["interactions", "messages"]

SECTIONS: tuple[Section, ...] = ("interactions", "messages")
"""The members of a pact that hold what is to be verified."""


def content_sha(document: Json) -> str:
    """The identity of what a pact promises, 40 hexadecimal digits, equal to the Pact Broker's.

    It covers the interactions or messages and the version of the specification; names and other metadata do not count.
    The order of members never matters. The order of the elements does not matter in ``interactions`` or, where that is
    no array, in ``messages``; beside ``interactions`` it does, as in the Pact Broker. An ``_id`` inside an interaction
    counts like any other member, so take the sha of what was sent and not of what is served. A document without any
    such array is hashed as it is.
    """
    section = _verifiable(document) if isinstance(document, dict) else None
    if section is None or not isinstance(document, dict):
        return _sha1(plain_text(document))
    parts = []
    for name in SECTIONS:
        value = document.get(name)
        if value is None or value is False:
            continue
        if name == section and isinstance(value, list):
            parts.append(f'"{name}":[{",".join(sorted(sorted_text(element) for element in value))}]')
        else:
            parts.append(f'"{name}":{sorted_text(value)}')
    version = raw_spec_version(document)
    if version is not None:
        parts.append(f'"pact_specification_version":{sorted_text(version)}')
    return _sha1(f"{{{','.join(parts)}}}")


def interaction_id(interaction: Json) -> str:
    """The ``_id`` of an interaction: its own if it brought one, else the SHA-1 of its JSON with sorted keys."""
    if isinstance(interaction, dict):
        own = interaction.get("_id")
        if isinstance(own, str) and own:
            return own
    return _sha1(sorted_text(interaction))


def with_ids(document: Document) -> Document:
    """The same pact with an ``_id`` on every interaction and message that has none, as the Pact Broker serves it.

    The order of all members stays, a new ``_id`` comes last in its interaction, and ``document`` is left alone. Doing
    it twice changes nothing more.
    """
    served = dict(document)
    for name in SECTIONS:
        section = served.get(name)
        if isinstance(section, list):
            served[name] = [
                {**element, "_id": interaction_id(element)} if isinstance(element, dict) else element
                for element in section
            ]
    return served


def raw_spec_version(document: Document) -> Json:
    """The version of the Pact specification as it stands in the metadata, None where there is none."""
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return None
    for name in ("pactSpecification", "pact-specification"):
        holder = metadata.get(name)
        version = holder.get("version") if isinstance(holder, dict) else None
        if version is not None and version is not False:
            return version
    version = metadata.get("pactSpecificationVersion")
    return None if version is False else version


def _verifiable(document: Document) -> str | None:
    if isinstance(document.get("interactions"), list):
        return "interactions"
    messages = document.get("messages")
    return None if messages is None or messages is False else "messages"


def _sha1(text: str) -> str:
    return sha1(text.encode("utf-8"), usedforsecurity=False).hexdigest()
