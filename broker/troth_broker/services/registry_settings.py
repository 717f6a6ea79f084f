"""What new versions of the registry's subjects owe earlier ones, and whether subjects may be written.

Set for one subject, for a context, or for all; the nearest counts.
"""

from collections.abc import Callable
from typing import cast

from sqlalchemy import Connection

from troth_broker.core.registry import (
    DEFAULT_COMPATIBILITY,
    DEFAULT_MODE,
    IMPORTING,
    READ_ONLY,
    Compatibility,
    NewSchema,
    Refused,
    application_of,
)
from troth_broker.core.registry_names import holds, scopes_of
from troth_broker.services.world import World
from troth_broker.store import applications
from troth_broker.store import registry as store


def in_scope(db: Connection, subject: str | None) -> tuple[Compatibility, str]:
    """The level and the mode that count for a subject; None for those that count for all."""
    scopes = () if subject is None else scopes_of(subject)
    found = [one for name in scopes if (one := store.subject(db, name)) is not None]
    level = next((one.compatibility for one in found if one.compatibility), None) or store.compatibility(db)
    mode = next((one.mode for one in found if one.mode), None)
    of_all = store.mode(db) or DEFAULT_MODE
    if of_all == "READONLY_OVERRIDE" or mode is None:
        mode = of_all
    return cast(Compatibility, level or DEFAULT_COMPATIBILITY), mode


def compatibility(world: World, subject: str | None, *, or_global: bool = False) -> Compatibility:
    """The level of a subject, or of all. Raises Refused where a subject has none of its own."""

    def ask(db: Connection) -> str | None:
        if subject is None or or_global:
            return in_scope(db, subject)[0]
        found = store.subject(db, subject)
        return found.compatibility if found else None

    level = world.store.read(ask)
    if level is None:
        raise Refused(40408, f"Subject '{subject}' does not have subject-level compatibility configured")
    return cast(Compatibility, level)


def set_compatibility(world: World, subject: str | None, level: Compatibility | None) -> None:
    """Set the level of a subject or of all, or take it back. Raises Refused for what is read-only."""

    def write(db: Connection, found: store.Subject | None, now: int) -> None:
        must_not_be_read_only(db, subject)
        store.set_compatibility(db, found, level, now)

    _set(world, subject, write)


def mode(world: World, subject: str | None, *, or_global: bool = False) -> str:
    """The mode of a subject, or of all. Raises Refused where a subject has none of its own."""

    def ask(db: Connection) -> str | None:
        if subject is None or or_global:
            return in_scope(db, subject)[1]
        found = store.subject(db, subject)
        return found.mode if found else None

    found = world.store.read(ask)
    if found is None:
        raise Refused(40409, f"Subject '{subject}' does not have subject-level mode configured")
    return found


def set_mode(world: World, subject: str | None, wanted: str | None, *, force: bool = False) -> None:
    """Set the mode of a subject or of all, or take it back. Raises Refused for IMPORT where schemas are."""

    def write(db: Connection, found: store.Subject | None, now: int) -> None:
        if wanted == "IMPORT" and not force:
            alive = (name for name, is_alive, _ in store.subjects(db) if is_alive)
            if any(subject is None or holds(subject, name) for name in alive):
                raise Refused(42205, "Cannot import since found existing subjects")
        store.set_mode(db, found, wanted, now)

    _set(world, subject, write)


def _set(world: World, subject: str | None, act: Callable[[Connection, store.Subject | None, int], None]) -> None:
    application = None if subject is None else owner_of(world, subject)
    now = world.clock()

    def write(db: Connection) -> None:
        owner = None if application is None else applications.ensure(db, application, now)[0].id
        act(db, None if subject is None else store.make_subject(db, subject, now, owner), now)

    world.store.write(write)


def must_not_be_read_only(db: Connection, subject: str | None) -> None:
    """Raise Refused for a subject that is not to be changed."""
    if in_scope(db, subject)[1] in READ_ONLY:
        raise Refused(42205, f"Subject {subject} is in read-only mode")


def must_take(subject: str, mode: str, new: NewSchema) -> None:
    """Raise Refused where a mode does not let that schema in: an id is for importing, and importing takes an id."""
    if mode in READ_ONLY:
        raise Refused(42205, f"Subject {subject} is in read-only mode")
    if new.id is not None and mode not in IMPORTING:
        raise Refused(42205, f"Subject {subject} is not in import mode")
    if new.id is None and mode != DEFAULT_MODE:
        raise Refused(42205, f"Subject {subject} is not in read-write mode")


def owner_of(world: World, subject: str) -> str | None:
    """The application that a subject belongs to by the settings; None if it stands by itself."""
    return application_of(subject, world.settings.registry_applications)
