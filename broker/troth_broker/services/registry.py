"""The schema registry: schemas by subject and version, and taking them away."""

from typing import Literal

from sqlalchemy import Connection

from troth_broker.core.registry import (
    LATEST,
    NewSchema,
    Refused,
    Registered,
    schema_not_found,
    subject_not_found,
    version_not_found,
)
from troth_broker.core.registry_names import DEFAULT_CONTEXT, begins, split
from troth_broker.services.registry_contracts import as_new, contract_of, pinned, text_of, written_form
from troth_broker.services.registry_registering import is_same
from troth_broker.services.registry_settings import must_not_be_read_only
from troth_broker.services.world import World
from troth_broker.store import registry as store

Which = Literal["alive", "all", "deleted"]


# --- reading --------------------------------------------------------------------------------------------------------


def subjects(world: World, which: Which, prefix: str) -> list[str]:
    """The names of subjects with versions that are alive, deleted, or either."""
    found = world.store.read(store.subjects)
    return [
        name
        for name, alive, deleted in found
        if begins(name, prefix) and {"alive": alive, "all": alive or deleted, "deleted": deleted and not alive}[which]
    ]


def contexts(world: World) -> list[str]:
    """The contexts that subjects are in, the default one first."""
    found = {split(name)[0] for name, *_ in world.store.read(store.subjects)}
    return [DEFAULT_CONTEXT, *sorted(found - {DEFAULT_CONTEXT})]


def versions(world: World, subject: str, which: Which) -> list[int]:
    """The numbers of a subject's versions. Raises Refused."""
    found = _of(world.store.read(store.versions, subject), subject, deleted=which != "alive")
    return [one.version for one in found if which != "deleted" or one.deleted]


def version(world: World, subject: str, number: int, *, deleted: bool = False) -> Registered:
    """A version of a subject. Raises Refused."""
    return world.store.read(_version, subject, number, deleted)


def schema(world: World, number: int) -> NewSchema:
    """The schema with that id. Raises Refused."""
    found = world.store.read(store.schema, number)
    if found is None:
        raise schema_not_found(number)
    return found


def in_form(world: World, schema: NewSchema | Registered, form: str | None) -> str:
    """A schema's text in the form that is asked for: `resolved` for Avro, `serialized` for Protobuf."""
    return text_of(world, as_new(schema) if isinstance(schema, Registered) else schema, form)


def versions_of_schema(world: World, number: int, *, deleted: bool = False) -> tuple[Registered, ...]:
    """The versions of subjects that have a schema. Raises Refused."""
    found = world.store.read(store.versions_of_schema, number)
    if not found:
        schema(world, number)
    return tuple(one for one in found if deleted or not one.deleted)


def everything(world: World, *, prefix: str, deleted: bool, latest_only: bool) -> list[Registered]:
    """Every version of every subject, or the newest of each."""
    found = [
        one
        for one in world.store.read(store.everything)
        if begins(one.subject, prefix) and (deleted or not one.deleted)
    ]
    return list({one.subject: one for one in found}.values()) if latest_only else found


def largest_id(world: World) -> int:
    """The largest id that was given."""
    return world.store.read(store.largest_id)


def referenced_by(world: World, subject: str, number: int) -> list[int]:
    """The ids of schemas that stand on a version. Raises Refused."""
    found = version(world, subject, number, deleted=True)
    return list(world.store.read(store.referenced_by, subject, found.version))


def look_up(world: World, subject: str, new: NewSchema, *, deleted: bool, normalize: bool) -> Registered:
    """The newest version of a subject that has this very schema. Raises Refused."""
    everything = world.store.read(store.versions, subject)
    _of(everything, subject, deleted=deleted)
    written = written_form(world, pinned(world, subject, new))
    found = [one for one in everything if (deleted or not one.deleted) and is_same(one, written)]
    if not found and (normalize or new.format == "protobuf"):
        digest = contract_of(world, written).digest
        alike = (one for one in everything if (deleted or not one.deleted) and one.format == new.format)
        found = [one for one in alike if contract_of(world, as_new(one)).digest == digest]
    if not found:
        raise schema_not_found()
    return found[-1]


# --- taking away ----------------------------------------------------------------------------------------------------


def delete_subject(world: World, subject: str, *, permanent: bool) -> list[int]:
    """Take a subject's versions away, or forget those that were taken away. Raises Refused."""
    return world.store.write(_delete_subject, subject, permanent, world.clock())


def _delete_subject(db: Connection, subject: str, permanent: bool, now: int) -> list[int]:
    if not store.versions(db, subject):
        raise subject_not_found(subject)
    owner = _writable(db, subject)
    found = store.versions(db, subject)
    alive = [one for one in found if not one.deleted]
    if permanent:
        if alive:
            raise Refused(40405, f"Subject '{subject}' was not deleted first before being permanently deleted")
        store.remove(db, owner, found, now)
        return [one.version for one in found]
    if not alive:
        raise Refused(40404, f"Subject '{subject}' was soft deleted.Set permanent=true to delete permanently")
    for one in alive:
        _must_stand_alone(db, one)
    store.mark_deleted(db, owner, [one.version for one in alive], now)
    return [one.version for one in alive]


def delete_version(world: World, subject: str, number: int, *, permanent: bool) -> int:
    """Take one version away, or forget it. Raises Refused."""
    return world.store.write(_delete_version, subject, number, permanent, world.clock())


def _delete_version(db: Connection, subject: str, number: int, permanent: bool, now: int) -> int:
    number = _version(db, subject, number, True).version
    owner = _writable(db, subject)
    found = _version(db, subject, number, True)
    where = f"Subject '{subject}' Version {found.version} was"
    if permanent:
        if not found.deleted:
            raise Refused(40407, f"{where} not deleted first before being permanently deleted")
        store.remove(db, owner, [found], now)
    else:
        if found.deleted:
            raise Refused(40406, f"{where} soft deleted.Set permanent=true to delete permanently")
        _must_stand_alone(db, found)
        store.mark_deleted(db, owner, [found.version], now)
    return found.version


def _must_stand_alone(db: Connection, one: Registered) -> None:
    if store.referenced_by(db, one.subject, one.version):
        raise Refused(
            42206,
            f"One or more references exist to the schema {{subject={one.subject},version={one.version}}}.",
        )


# --- what both need -------------------------------------------------------------------------------------------------


def _writable(db: Connection, subject: str) -> store.Subject:
    found = store.subject(db, subject)
    assert found is not None
    must_not_be_read_only(db, subject)
    store.hold(db, [subject])
    return found


def _version(db: Connection, subject: str, number: int, deleted: bool) -> Registered:
    """A version, the newest that is alive for LATEST. Raises Refused."""
    if number != LATEST:
        found = store.version(db, subject, number)
        if found is not None and (deleted or not found.deleted):
            return found
    everything = _of(store.versions(db, subject), subject, deleted=deleted)
    alive = [one for one in everything if not one.deleted] or list(everything)
    if number == LATEST:
        return alive[-1]
    raise version_not_found(number)


def _of(found: tuple[Registered, ...], subject: str, *, deleted: bool) -> tuple[Registered, ...]:
    kept = tuple(one for one in found if deleted or not one.deleted)
    if not kept:
        raise subject_not_found(subject)
    return kept
