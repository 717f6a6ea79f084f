"""Registering schemas: what a new version of a subject owes the earlier ones, and whose contract it becomes."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from troth_broker.core.registry import (
    IMPORTING,
    LATEST,
    Compatibility,
    NewSchema,
    Refused,
    Registered,
    subject_not_found,
    version_not_found,
)
from troth_broker.services.ports import Moved
from troth_broker.services.registry_contracts import (
    as_new,
    compared,
    contract_of,
    obstacles_of,
    pinned,
    refuse_incompatible,
    refuse_problems,
    unresolved,
    written_form,
)
from troth_broker.services.registry_publishing import Publisher, documents_of, is_published, publish
from troth_broker.services.registry_settings import in_scope, must_take
from troth_broker.services.world import World
from troth_broker.store import applications
from troth_broker.store import registry as store
from troth_schemas.contract import Contract

_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class _Past:
    """What a new version of a subject is compared with, under which level; `last` is the last number it ever had."""

    versions: tuple[Registered, ...]
    level: Compatibility
    mode: str
    last: int


def register(
    world: World, subject: str, new: NewSchema, *, normalize: bool = False, publisher: Publisher | None = None
) -> int:
    """Register a schema under a subject and give its id; an equal one that is there already keeps its own.

    Comparing happens outside of the transaction; if the subject has changed meanwhile, it is compared anew. Raises
    Refused for what cannot be read, what breaks the past, and a subject that may not be written.
    """
    written, candidate = _read(world, subject, new)
    for _ in range(_ATTEMPTS):
        past = world.store.read(_past, subject)
        must_take(subject, past.mode, written)
        same = _equal(world, past.versions, written, candidate, normalize=normalize)
        importing = past.mode in IMPORTING
        if same and not importing:
            return _known(world, same[-1], candidate, publisher)
        if not importing:
            if written.version not in (None, past.last + 1):
                raise Refused(42201, "Version is not one more than previous version")
            refuse_incompatible(subject, compared(world, candidate, past.versions, past.level), past.level)
        made = _made(world, subject, written, candidate, past, publisher)
        if made is not None:
            return made
    raise Refused(50002, f"Subject '{subject}' is changed by others all the time; try again")


def is_compatible(world: World, subject: str, number: int | None, new: NewSchema) -> tuple[bool, list[str]]:
    """Whether a schema may become the next version, by one version of the subject or by those that its level names;
    with what is in the way. Raises Refused."""
    past = world.store.read(_past, subject)
    versions = past.versions
    if number == LATEST:
        versions = versions[-1:]
    elif number is not None:
        versions = tuple(one for one in past.versions if one.version == number)
        if not versions:
            raise version_not_found(number) if past.versions else subject_not_found(subject)
    _, candidate = _read(world, subject, new)
    obstacles = obstacles_of(compared(world, candidate, versions, past.level))
    return not obstacles, obstacles


def _read(world: World, subject: str, new: NewSchema) -> tuple[NewSchema, Contract]:
    """A schema as it is kept, and as a contract. Raises Refused for one that cannot be read."""
    written = written_form(world, pinned(world, subject, new))
    candidate = contract_of(world, written)
    refuse_problems(candidate)
    return written, candidate


def _equal(
    world: World, versions: tuple[Registered, ...], new: NewSchema, candidate: Contract, *, normalize: bool
) -> list[Registered]:
    found = [one for one in versions if is_same(one, new)]
    if found or not (normalize or new.format == "protobuf"):  # a text and a descriptor may say the same
        return found
    alike = (one for one in versions if one.format == new.format)
    return [one for one in alike if contract_of(world, as_new(one)).digest == candidate.digest]


def _known(world: World, known: Registered, candidate: Contract, publisher: Publisher | None) -> int:
    """The id of a schema that is registered; its application has published it then, too."""
    if publisher is not None:
        number, documents = publisher.number(known.subject, known.version), documents_of(known.subject, candidate)
        if not world.store.read(is_published, publisher, number, documents):
            world.store.write(publish, world, publisher, number, documents, world.clock())
            world.bell.ring((Moved(publisher.application, number),))
    return known.id


def _made(
    world: World, subject: str, new: NewSchema, candidate: Contract, past: _Past, publisher: Publisher | None
) -> int | None:
    """The id of a new version's schema; None if the subject is no longer as it was when it was compared."""
    documents = documents_of(subject, candidate) if publisher is not None else None

    def write(db: Connection) -> int | None:
        now = world.clock()
        owner = None if publisher is None else applications.ensure(db, publisher.application, now)[0].id
        found = store.make_subject(db, subject, now, owner)
        store.hold(db, [subject, *(one.subject for one in new.references)])
        if _past(db, subject) != past:
            return None
        for one in new.references:
            if store.version(db, one.subject, one.version) is None:
                raise unresolved(one)
        if new.id is not None:
            _make_way(db, found, new, now)
        schema = store.put_schema(db, new, now)
        number = store.add_version(db, found, new.version, schema, now)
        if publisher is not None and documents is not None:
            publish(db, world, publisher, publisher.number(subject, number), documents, now)
        return schema

    made = world.store.write(write)
    world.bell.ring(() if publisher is None else (Moved(publisher.application),))
    return made


def _make_way(db: Connection, found: store.Subject, new: NewSchema, now: int) -> None:
    """Let a schema come in under its id: over what has its version, but never over another schema. Raises Refused."""
    assert new.id is not None
    other = store.schema(db, new.id)
    if other is not None and store.sha_of(other) != store.sha_of(new):
        raise Refused(42205, f"Overwrite new schema with id {new.id} is not permitted.")
    known = store.id_of(db, new)
    if known not in (None, new.id):
        raise Refused(42207, f"This schema has the id {known} here, and cannot have {new.id} as well")
    before = store.version(db, found.name, new.version) if new.version is not None else None
    if before is not None:
        store.remove(db, found, [before], now)


def _past(db: Connection, subject: str) -> _Past:
    everything = store.versions(db, subject)
    level, mode = in_scope(db, subject)
    last = max((one.version for one in everything), default=0)
    return _Past(tuple(one for one in everything if not one.deleted), level, mode, last)


def is_same(one: Registered, new: NewSchema) -> bool:
    """Whether a version has this very schema."""
    return (one.format, one.text, one.references) == (new.format, new.text, new.references)
