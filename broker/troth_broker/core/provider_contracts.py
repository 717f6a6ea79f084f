"""What a provider publishes about itself, read from requests: its documents and the result of its own test.

Two requests say the same: `POST /provider-contracts/provider/{provider}/publish`, with the branch and tags of the
version that it belongs to, and the older `PUT /contracts/provider/{provider}/version/{version}`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troth_broker.core.contract_documents import SentDocuments, read_documents
from troth_broker.core.encoded import Undecodable, decoded
from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.names import fault_of_name
from troth_broker.core.publishing import fault_of_url, faults_of_tags
from troth_broker.core.texts import fault_of_text


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
    """One contract of one version of a provider, with its documents."""

    provider: str
    version: str
    documents: SentDocuments
    place: str
    """Where in the request the documents are."""
    member: str
    """Where in the request their format is."""
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
    """The contract that a publication carries. Raises Invalid with every fault."""
    faults = [*_faults_of_name("provider", provider), *faults_of_version(request)]
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
    """The contract that is put at a version. Raises Invalid with every fault."""
    faults = [*_faults_of_name("provider", provider), *_faults_of_name("version", version)]
    return _read(request, _PUT, faults, provider=provider, version=version)


def _faults_of_name(place: str, name: object) -> Iterator[Fault]:
    if fault := fault_of_name(name):
        yield Fault(place, fault)


def faults_of_version(request: dict[str, Any]) -> Iterator[Fault]:
    """What is wrong with the version that a publication is for, with its branch, tags and build."""
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
    documents = read_documents(sent, words.specification, words.inside, faults)
    verification = _verification(sent.get(words.results), words, faults)
    if faults:
        raise Invalid(faults)
    return NewProviderContract(
        documents=documents,
        place=words.place("content" if documents.is_single else "files"),
        member=words.place(words.specification),
        verification=verification,
        **{**about, "tags": tuple(about.get("tags") or ())},
    )


def _bytes(sent: Mapping[str, Any], place: str, faults: list[Fault]) -> bytes:
    content = sent.get("content")
    found = b"" if content is None else decoded(content)
    if isinstance(found, Undecodable):
        faults.append(Fault(place, found.text))
        return b""
    return found


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
