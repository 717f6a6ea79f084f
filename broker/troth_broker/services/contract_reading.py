"""Contracts as they come in: their documents put together, their format told, and what is wrong with them found.

All of it happens before anything is recorded, and outside of any write transaction.
"""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from troth_broker.core.contract_documents import SentDocuments, default_name, likely_type, word_of
from troth_broker.core.errors import Fault, Invalid
from troth_broker.services.world import World
from troth_broker.store import contract_files
from troth_schemas import documents, formats
from troth_schemas.contract import Contract, fingerprint_of
from troth_schemas.detecting import detect
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatBroken, FormatUndetected
from troth_schemas.problem import Problem, one_line
from troth_schemas.sources import Sources, one

_ANY_NAME: Final = "the document"


@dataclass(frozen=True, slots=True)
class NewDocuments:
    """The documents of one contract, read: what they are, what they come to, and what is wrong with them."""

    format: str
    name: str
    content_type: str
    sources: Sources
    sha: str
    digest: str | None = None
    """What they say, apart from how it is written; None if this broker cannot read the format."""
    problems: tuple[Problem, ...] = ()
    unread: str = ""
    """Why this broker cannot read them."""
    interactions: int = 0
    """How many operations, methods or messages there are; 0 if this broker cannot read the format."""


def read(world: World, sent: SentDocuments, place: str, member: str, *, lenient: bool = False) -> NewDocuments:
    """The documents that were sent. Raises Invalid at `place`, or at `member` if their format cannot be told.

    With `lenient`, an object that is not what it is called is kept unread.
    """
    found = _found(world, sent, place)
    format_name = sent.format or _detected(sent, found[0], member)
    content_type = sent.content_type or likely_type(format_name, found[0])
    if sent.is_single:
        sources = one(default_name(format_name, content_type), found[0])
    else:
        sources = Sources(sent.files[0].name, {each.name: exact for each, exact in zip(sent.files, found, strict=True)})
    new = NewDocuments(format_name, sent.name, content_type, sources, fingerprint_of(sources))
    return _loaded(new, place, lenient=lenient)


def _loaded(new: NewDocuments, place: str, *, lenient: bool) -> NewDocuments:
    contract = Contract(new.format, new.sources)
    if new.format not in formats.names():
        raise Invalid.at(place, f"is a contract of the format {word_of(new.format)}, which this broker does not know")
    try:
        problems, digest = contract.loaded.problems, contract.digest
        interactions = formats.find(new.format).count(contract.loaded.document)
    except ContractUnreadable as problem:
        if lenient and _is_object(new.sources):
            return replace(new, unread=one_line(str(problem)))
        raise Invalid.at(place, f"cannot be read: {one_line(str(problem))}") from problem
    except ExtraMissing as missing:
        return replace(new, unread=str(missing))
    except FormatBroken as problem:
        raise Invalid.at(place, f"cannot be read here: {one_line(str(problem))}") from problem
    return replace(new, digest=digest, interactions=interactions, problems=problems)


def _is_object(sources: Sources) -> bool:
    """Whether the root is at least JSON or YAML with members."""
    try:
        return isinstance(documents.read(sources.root, sources.text).value, dict)
    except ContractUnreadable:
        return False


def _detected(sent: SentDocuments, root: bytes, member: str) -> str:
    try:
        found = detect(sent.files[0].name or _ANY_NAME, root)
    except FormatUndetected as problem:
        raise Invalid.at(member, f"is missing: {one_line(str(problem))}", missing=True) from problem
    except ContractUnreadable as problem:
        raise Invalid.at(member, f"is missing, and {one_line(str(problem))}", missing=True) from problem
    if found == "pact":
        raise Invalid.at(member, "must not be a pact: POST it to /contracts/publish")
    return found


def _found(world: World, sent: SentDocuments, place: str) -> tuple[bytes, ...]:
    """The bytes of every document. Raises Invalid for a SHA-256 that nothing was published under."""
    wanted = {each.sha256 for each in sent.files if each.sha256 is not None}
    known = world.store.read(_known, wanted) if wanted else {}
    absent = sorted(wanted - known.keys())
    if absent:
        what = "is of no document that was ever published here: send its content"
        raise Invalid(Fault(place, f"sha256 {each} {what}") for each in absent)
    return tuple(each.content if each.sha256 is None else known[each.sha256] for each in sent.files)


def _known(db: Connection, wanted: set[str]) -> dict[str, bytes]:
    return {each: exact for each in wanted if (exact := contract_files.by_sha256(db, each)) is not None}
