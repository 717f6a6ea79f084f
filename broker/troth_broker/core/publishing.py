"""What a consumer's build publishes, checked and read into one frozen value (`POST /contracts/publish`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from troth_broker.core.encoded import Undecodable, decoded
from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.names import fault_of_name
from troth_broker.core.texts import fault_of_text
from troth_schemas.errors import ContractUnreadable
from troth_schemas.pact import Document, names, parse

OnConflict = Literal["overwrite", "merge"]


@dataclass(frozen=True, slots=True)
class NewContract:
    """One contract as it was sent: its provider, its exact bytes and what they say."""

    provider: str
    body: bytes
    document: Document
    on_conflict: OnConflict = "overwrite"
    refuses_changed_requests: bool = False
    """Merging is refused where an interaction of the same name asks another request."""


@dataclass(frozen=True, slots=True)
class NewPublication:
    """One build's contracts with the version, branch and tags that they belong to."""

    consumer: str
    version: str
    branch: str | None
    tags: tuple[str, ...]
    build_url: str | None
    contracts: tuple[NewContract, ...]


_REQUIRED_NAMES = ("pacticipantName", "pacticipantVersionNumber")
_MISSING = "is missing"


def read_publication(request: dict[str, Any]) -> NewPublication:
    """The publication that a request describes. Raises Invalid with every fault."""
    faults = [*_faults_of_version(request)]
    contracts: list[NewContract] = []
    sent = request.get("contracts")
    if "contracts" not in request:
        faults.append(Fault("contracts", _MISSING, missing=True))
    elif not isinstance(sent, list):
        faults.append(Fault("contracts", "must be an array"))
    else:
        for index, item in enumerate(sent):
            found = _read_contract(item, request.get("pacticipantName"))
            if isinstance(found, NewContract):
                contracts.append(found)
            else:
                faults += [_fault_in(index, *fault) for fault in found]
    if faults:
        raise Invalid(faults)
    return NewPublication(
        consumer=request["pacticipantName"],
        version=request["pacticipantVersionNumber"],
        branch=request.get("branch"),
        tags=tuple(request.get("tags") or ()),
        build_url=request.get("buildUrl"),
        contracts=tuple(contracts),
    )


def _faults_of_version(request: dict[str, Any]) -> Iterator[Fault]:
    for place in _REQUIRED_NAMES:
        if place not in request:
            yield Fault(place, _MISSING, missing=True)
        elif fault := fault_of_name(request[place]):
            yield Fault(place, fault)
    if request.get("branch") is not None and (fault := fault_of_name(request["branch"])):
        yield Fault("branch", fault)
    yield from faults_of_tags(request.get("tags"))
    if fault := fault_of_url(request.get("buildUrl")):
        yield Fault("buildUrl", fault)


def faults_of_tags(tags: object) -> Iterator[Fault]:
    """What is wrong with optional tags."""
    if tags is not None and not isinstance(tags, list):
        yield Fault("tags", "must be an array")
    for index, tag in enumerate(tags if isinstance(tags, list) else ()):
        if fault := fault_of_name(tag):
            yield Fault("tags", f"{fault} (at index {index})", inside=(index,))


def fault_of_url(value: object) -> str | None:
    """What is wrong with an optional URL: it is not checked to be one, but it must be a single line."""
    if (text := fault_of_text(value)) is not None:
        return text
    return "must be a single line" if isinstance(value, str) and ("\n" in value or "\r" in value) else None


def _fault_in(index: int, member: str, text: str) -> Fault:
    """What is wrong with a member of the contract at an index; with the contract itself, if no member is named."""
    told = f"{member} {text} (at index {index})".lstrip()
    return Fault("contracts", told, text == _MISSING, (index, member) if member else (index,))


def _read_contract(item: object, consumer: object) -> NewContract | list[tuple[str, str]]:
    if not isinstance(item, dict):
        return [("", "must be an object")]
    faults = [*_faults_of_contract(item, consumer)]
    on_conflict: OnConflict = "merge" if item.get("onConflict") == "merge" else "overwrite"
    body = _decoded(item.get("content"), faults)
    if faults:
        return faults
    try:
        document = parse(body)
    except ContractUnreadable as problem:
        return [("content", f"cannot be read: {problem}")]
    if not isinstance(document, dict):
        return [("content", "must be a JSON object")]
    consumer_name = consumer if isinstance(consumer, str) else item["consumerName"]
    mismatch = [*faults_of_names(document, consumer_name, item["providerName"])]
    if mismatch:
        return [("content", f"is of another pair: {text}") for _, text in mismatch]
    return NewContract(item["providerName"], body, document, on_conflict)


def _faults_of_contract(item: dict[str, Any], consumer: object) -> Iterator[tuple[str, str]]:
    for place in ("consumerName", "providerName"):
        if place not in item:
            yield place, _MISSING
        elif fault := fault_of_name(item[place]):
            yield place, fault
    if isinstance(item.get("consumerName"), str) and isinstance(consumer, str) and item["consumerName"] != consumer:
        yield "consumerName", f"({item['consumerName']}) must be the pacticipantName ({consumer})"
    for place, only in (("specification", "pact"), ("contentType", "application/json")):
        if item.get(place) != only:
            yield place, f"must be {only}" if place in item else _MISSING
    if item.get("onConflict") not in (None, "overwrite", "merge"):  # a list or an object may stand here
        yield "onConflict", "must be overwrite or merge"


def _decoded(content: object, faults: list[tuple[str, str]]) -> bytes:
    found = Undecodable(_MISSING) if content is None else decoded(content)
    if isinstance(found, Undecodable):
        faults.append(("content", found.text))
        return b""
    return found


def faults_of_names(document: Document, consumer: str, provider: str) -> Iterator[tuple[str, str]]:
    """Where the names inside a contract differ from those that it is published under: (path, sentence)."""
    for role, inside, outside in zip(("consumer", "provider"), names(document), (consumer, provider), strict=True):
        if inside is not None and inside != outside:
            yield (
                f"{role}.name",
                f"the {role} name inside the contract ({inside}) is not the one it is published under ({outside})",
            )
