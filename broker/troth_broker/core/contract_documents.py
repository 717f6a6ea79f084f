"""The documents of a contract of any format, read from requests: sent in Base64, or named by what they are.

A document that several contracts share is published once; the others refer to it by the SHA-256 of its bytes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from troth_broker.core.encoded import Undecodable, decoded
from troth_broker.core.errors import Fault
from troth_broker.core.names import fault_of_name
from troth_schemas import formats

FORMATS: Final[Mapping[str, str]] = {
    "oas": "openapi",
    "openapi": "openapi",
    "asyncapi": "asyncapi",
    "protobuf": "protobuf",
    "grpc": "protobuf",
    "graphql": "graphql",
    "graphql-operations": "graphql-operations",
    "avro": "avro",
    "json-schema": "jsonschema",
    "jsonschema": "jsonschema",
    "expectations": "expectations",
    "graphql-expectations": "graphql-expectations",
    "grpc-expectations": "grpc-expectations",
    "message-expectations": "message-expectations",
}
"""What requests call a format, and what it is called here."""
_WORDS: Final = {"openapi": "oas", "jsonschema": "json-schema"}
_ENDINGS: Final = {
    "avro": "avsc",
    "graphql": "graphql",
    "graphql-operations": "graphql",
    "jsonschema": "json",
    "protobuf": "proto",
}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;[ -~]*)?", re.ASCII)
_LONGEST_TYPE: Final = 200
_LONGEST_NAME: Final = 500
_MOST_FILES: Final = 1_000


@dataclass(frozen=True, slots=True)
class SentFile:
    """One document as it was sent: its bytes, or the SHA-256 of bytes that the broker has."""

    name: str
    content: bytes = b""
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SentDocuments:
    """The documents of one contract, the root first. What is None, nobody said; `name` tells several contracts apart.

    A single document needs no name: it gets the one that its format has.
    """

    files: tuple[SentFile, ...]
    format: str | None = None
    name: str = ""
    content_type: str | None = None
    is_single: bool = True


def word_of(format_name: str) -> str:
    """What a format is called in answers."""
    return _WORDS.get(format_name, format_name)


def default_name(format_name: str, content_type: str) -> str:
    """What the only document of a contract is called where nobody named it."""
    if _is_mostly_yaml(format_name):
        return f"{format_name}.{'json' if 'json' in content_type else 'yaml'}"
    return f"{format_name}.{_ENDINGS.get(format_name, 'txt')}"


def _is_mostly_yaml(format_name: str) -> bool:
    return format_name in {"openapi", "asyncapi"} or format_name.endswith("expectations")


def likely_type(format_name: str, root: bytes) -> str:
    """The media type of a document that nobody named: JSON starts with a brace, and YAML hardly ever does."""
    if root.lstrip()[:1] in (b"{", b"["):
        return "application/json"
    return "application/yaml" if _is_mostly_yaml(format_name) or format_name == "jsonschema" else "text/plain"


def read_documents(sent: Mapping[str, Any], member: str, inside: str, faults: list[Fault]) -> SentDocuments:
    """The documents that a request carries; `member` is what it calls the format, `inside` the path to all of it."""

    def place(name: str) -> str:
        return f"{inside}.{name}" if inside else name

    at = len(faults)
    format_name = _format(sent.get(member), place(member), faults)
    name = sent.get("name") or ""
    if name and (fault := fault_of_name(name)):
        faults.append(Fault(place("name"), fault))
    content_type = sent.get("contentType") or None
    if content_type is not None and not _is_media_type(content_type):
        faults.append(Fault(place("contentType"), "must be a media type, such as application/yaml or application/json"))
    files = _files(sent, place("files"), faults) if "files" in sent else _single(sent, place("content"), faults)
    if len(faults) > at:
        return SentDocuments(())
    return SentDocuments(tuple(files), format_name, name, content_type, "files" not in sent)


def _format(value: object, place: str, faults: list[Fault]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and value in FORMATS:
        return FORMATS[value]
    if isinstance(value, str) and value != "pact" and value in formats.names():
        return value
    if value == "pact":
        told = "must be pact's own publication: POST /contracts/publish"
    else:
        told = f"must be one of {', '.join(FORMATS)}, or a format of a plug-in that is installed where the broker runs"
    faults.append(Fault(place, told))
    return None


def _is_media_type(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TYPE and _MEDIA_TYPE.fullmatch(value) is not None


def _single(sent: Mapping[str, Any], place: str, faults: list[Fault]) -> Iterator[SentFile]:
    content = sent.get("content")
    if content is None:
        faults.append(Fault(place, "is missing", missing=True))
        return
    found = decoded(content)
    if isinstance(found, Undecodable):
        faults.append(Fault(place, found.text))
    elif not found.strip():
        faults.append(Fault(place, "is empty: send the bytes of the document, in Base64"))
    else:
        yield SentFile("", found)


def _files(sent: Mapping[str, Any], place: str, faults: list[Fault]) -> list[SentFile]:
    listed = sent["files"]
    if "content" in sent:
        faults.append(Fault(place, "must not stand beside content: send the root document first among the files"))
        return []
    if not isinstance(listed, list) or not listed or len(listed) > _MOST_FILES:
        faults.append(Fault(place, f"must be an array of 1 to {_MOST_FILES} documents, the root first"))
        return []
    found: dict[str, SentFile] = {}
    for index, item in enumerate(listed):
        one = _file(item)
        if isinstance(one, str):
            faults.append(Fault(place, f"{one} (at index {index})", inside=(index,)))
        elif one.name in found:
            faults.append(Fault(place, f"has two documents named {one.name} (at index {index})", inside=(index,)))
        else:
            found[one.name] = one
    return list(found.values())


def _file(item: object) -> SentFile | str:
    """One document, or what is wrong with it."""
    if not isinstance(item, dict):
        return "must be an object with name and content, or name and sha256"
    name, sha256 = item.get("name"), item.get("sha256")
    if fault := fault_of_document_name(name):
        return f"name {fault}"
    if ("content" in item) == (sha256 is not None):
        return f"{name}: must have either content or sha256"
    if sha256 is not None:
        if not isinstance(sha256, str) or not _DIGEST.fullmatch(sha256):
            return f"{name}: sha256 must be 64 hexadecimal digits in lower case"
        return SentFile(str(name), sha256=sha256)
    content = decoded(item["content"])
    return f"{name}: content {content.text}" if isinstance(content, Undecodable) else SentFile(str(name), content)


def fault_of_document_name(name: object) -> str | None:
    """What is wrong with the name of a document: it is a relative path with forward slashes, within its folder."""
    if fault := fault_of_name(name):
        return fault
    assert isinstance(name, str)
    if len(name) > _LONGEST_NAME:
        return f"must have at most {_LONGEST_NAME} characters"
    if "\\" in name or any(part in {"", ".", ".."} for part in name.split("/")):
        return f"({name}) must be a relative path that stays in its folder, such as common/money.proto"
    return None
