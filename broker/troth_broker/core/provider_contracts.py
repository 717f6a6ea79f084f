"""What a provider publishes about itself, read from requests: an OpenAPI document and the result of its own test.

Two requests say the same: `POST /provider-contracts/provider/{provider}/publish`, with the branch and tags of the
version that it belongs to, and the older `PUT /contracts/provider/{provider}/version/{version}`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troth_broker.core.encoded import Undecodable, decoded
from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.names import fault_of_name
from troth_broker.core.publishing import fault_of_url, faults_of_tags
from troth_broker.core.texts import fault_of_text
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import parse

OAS = "oas"
"""The one specification that clients publish: OpenAPI."""
_DEEPEST = 200
"""Schemas inside schemas nest deeper than pacts do."""
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;[ -~]*)?", re.ASCII)
_LONGEST_TYPE = 200


@dataclass(frozen=True, slots=True)
class SelfVerification:
    """What a provider says about its own test of its document. Every member may be unsaid, success too."""

    success: bool | None = None
    content: bytes | None = None
    content_type: str | None = None
    format: str | None = None
    verifier: str | None = None
    verifier_version: str | None = None


@dataclass(frozen=True, slots=True)
class NewProviderContract:
    """One document of one version of a provider, with its exact bytes."""

    provider: str
    version: str
    specification: str
    content_type: str
    body: bytes
    verification: SelfVerification
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    """What one request calls the members that the two requests name differently."""

    inside: str
    specification: str
    results: str

    def place(self, *names: str) -> str:
        """The path of a member, for who is to mend it."""
        return ".".join(name for name in (self.inside, *names) if name)


_PUBLISHED = _Words("contract", "specification", "selfVerificationResults")
_PUT = _Words("", "contractType", "verificationResults")


def read_published(provider: str, request: dict[str, Any]) -> NewProviderContract:
    """The document that a publication carries. Raises Invalid with every fault."""
    faults = [*_faults_of_name("provider", provider), *_faults_of_version(request)]
    contract = request.get("contract")
    if not isinstance(contract, dict):
        absent = "contract" not in request
        faults.append(Fault("contract", "is missing" if absent else "must be an object", missing=absent))
        raise Invalid(faults)
    return _read(
        contract,
        _PUBLISHED,
        faults,
        provider=provider,
        version=request.get("pacticipantVersionNumber"),
        branch=request.get("branch"),
        tags=request.get("tags"),
        build_url=request.get("buildUrl"),
    )


def read_put(provider: str, version: str, request: dict[str, Any]) -> NewProviderContract:
    """The document that is put at a version. Raises Invalid with every fault."""
    faults = [*_faults_of_name("provider", provider), *_faults_of_name("version", version)]
    return _read(request, _PUT, faults, provider=provider, version=version)


def _faults_of_name(place: str, name: object) -> Iterator[Fault]:
    if fault := fault_of_name(name):
        yield Fault(place, fault)


def _faults_of_version(request: dict[str, Any]) -> Iterator[Fault]:
    if "pacticipantVersionNumber" not in request:
        yield Fault("pacticipantVersionNumber", "is missing", missing=True)
    else:
        yield from _faults_of_name("pacticipantVersionNumber", request["pacticipantVersionNumber"])
    if request.get("branch") is not None:
        yield from _faults_of_name("branch", request["branch"])
    yield from faults_of_tags(request.get("tags"))
    if fault := fault_of_url(request.get("buildUrl")):
        yield Fault("buildUrl", fault)


def _read(sent: dict[str, Any], words: _Words, faults: list[Fault], **about: Any) -> NewProviderContract:
    body = _bytes(sent, words.place("content"), faults, needed=True)
    faults += _faults_of_specification(sent, words)
    faults += _faults_of_media_type(sent.get("contentType"), words.place("contentType"))
    verification = _verification(sent.get(words.results), words, faults)
    content_type = sent.get("contentType") or _likely_type(body)
    if not faults:
        faults += _faults_of_document(body, content_type, words.place("content"))
    if faults:
        raise Invalid(faults)
    return NewProviderContract(
        specification=sent[words.specification],
        content_type=content_type,
        body=body,
        verification=verification,
        **{**about, "tags": tuple(about.get("tags") or ())},
    )


def _bytes(sent: Mapping[str, Any], place: str, faults: list[Fault], *, needed: bool = False) -> bytes:
    content = sent.get("content")
    if content is None:
        if needed:
            faults.append(Fault(place, "is missing", missing=True))
        return b""
    found = decoded(content)
    if isinstance(found, Undecodable):
        faults.append(Fault(place, found.text))
        return b""
    if needed and not found.strip():
        faults.append(Fault(place, "is empty: send the bytes of the OpenAPI document, in Base64"))
    return found


def _faults_of_specification(sent: dict[str, Any], words: _Words) -> Iterator[Fault]:
    place = words.place(words.specification)
    if words.specification not in sent:
        yield Fault(place, f"is missing: {OAS} (an OpenAPI document)", missing=True)
    elif sent[words.specification] != OAS:  # a list or an object may stand here
        yield Fault(place, f"must be {OAS} (an OpenAPI document): no other is kept yet")


def _faults_of_media_type(value: object, place: str) -> Iterator[Fault]:
    if value is None or value == "":
        return
    if not isinstance(value, str) or len(value) > _LONGEST_TYPE or not _MEDIA_TYPE.fullmatch(value):
        yield Fault(place, "must be a media type, such as application/yaml or application/json")


def _likely_type(body: bytes) -> str:
    """What a document is that nobody named: JSON starts with a brace, and YAML hardly ever does."""
    return "application/json" if body.lstrip().startswith(b"{") else "application/yaml"


def _faults_of_document(body: bytes, content_type: str, place: str) -> Iterator[Fault]:
    """Whether a document is at all what it is called; whether it is good OpenAPI is not asked here."""
    try:
        if "json" not in content_type:
            body.decode()
        elif not isinstance(parse(body, what="the document", max_depth=_DEEPEST), dict):
            yield Fault(place, "must be a JSON object, as every OpenAPI document is")
    except UnicodeDecodeError as problem:
        yield Fault(place, f"is not UTF-8 text (at byte {problem.start})")
    except ContractUnreadable as problem:
        yield Fault(place, f"cannot be read: {problem}")


_TEXTS = {
    "contentType": "content_type",
    "format": "format",
    "verifier": "verifier",
    "verifierVersion": "verifier_version",
}


def _verification(sent: object, words: _Words, faults: list[Fault]) -> SelfVerification:
    if sent is None:
        return SelfVerification()
    if not isinstance(sent, dict):
        faults.append(Fault(words.place(words.results), "must be an object"))
        return SelfVerification()
    at = len(faults)
    content = _bytes(sent, words.place(words.results, "content"), faults)
    if not isinstance(sent.get("success"), bool | None):
        faults.append(Fault(words.place(words.results, "success"), "must be true or false"))
    texts = ((name, fault_of_text(sent.get(name))) for name in _TEXTS)
    faults += (Fault(words.place(words.results, name), fault) for name, fault in texts if fault)
    if len(faults) > at:
        return SelfVerification()
    return SelfVerification(
        success=sent.get("success"),
        content=content or None,
        **{member: sent.get(name) or None for name, member in _TEXTS.items()},
    )
