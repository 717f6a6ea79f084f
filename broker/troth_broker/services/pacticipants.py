"""Applications: listed, described, made and changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from troth_broker.core.errors import Fault, Invalid, NotFound
from troth_broker.core.names import fault_of_name
from troth_broker.core.pacticipants import Described, check_name, read_description
from troth_broker.core.pages import Paged, Window
from troth_broker.services.world import World
from troth_broker.store import applications, pacticipants
from troth_broker.store.applications import Application
from troth_broker.store.pacticipants import ApplicationView


@dataclass(frozen=True, slots=True)
class Saved:
    """An application as it stands after a change, and whether the change made it."""

    view: ApplicationView
    created: bool


def named(db: Connection, name: str) -> Application:
    """The application of that name. Raises NotFound, naming it."""
    found = applications.find(db, name)
    if found is None:
        raise NotFound(f"No pacticipant with the name '{name}' is known to this broker.", named=True)
    return found


def every(world: World, window: Window, part: str | None) -> Paged[ApplicationView]:
    """Applications by name; those whose name holds a part, if one is given."""
    return world.store.read(_every, window, part)


def _every(db: Connection, window: Window, part: str | None) -> Paged[ApplicationView]:
    return pacticipants.page(db, window, part).map(lambda found: pacticipants.views(db, found))


def with_label(world: World, label: str, window: Window) -> Paged[ApplicationView]:
    """Applications with a label."""
    return world.store.read(_with_label, label, window)


def _with_label(db: Connection, label: str, window: Window) -> Paged[ApplicationView]:
    return pacticipants.page_with_label(db, label, window).map(lambda found: pacticipants.views(db, found))


def one(world: World, name: str) -> ApplicationView:
    """One application. Raises NotFound."""
    return world.store.read(_one, name)


def _one(db: Connection, name: str) -> ApplicationView:
    found = applications.find(db, name)
    if found is None:
        raise NotFound
    (view,) = pacticipants.views(db, (found,))
    return view


def create(world: World, body: Mapping[str, Any]) -> ApplicationView:
    """Make an application as a body describes it, or change the one of that name. Raises Invalid."""
    fault = fault_of_name(body.get("name"))
    if fault is not None:
        raise Invalid([Fault("name", fault, missing="name" not in body)])
    new = read_description(body)
    return world.store.write(_save, body["name"], new, world.clock())


def replace(world: World, name: str, body: Mapping[str, Any]) -> ApplicationView:
    """Change an application to what a body says, and nothing else. Raises NotFound, Invalid."""
    new = read_description(body)
    return world.store.write(_replace, name, new, world.clock())


def _replace(db: Connection, name: str, new: Described, now: int) -> ApplicationView:
    if applications.id_of(db, name) is None:
        raise NotFound
    return _save(db, name, new, now)


def change(world: World, name: str, body: Mapping[str, Any]) -> Saved:
    """Change what a body names of an application, which is made if there is none. Raises Invalid."""
    check_name(name)
    read_description(body)  # refuse before the transaction
    return world.store.write(_change, name, body, world.clock())


def _change(db: Connection, name: str, body: Mapping[str, Any], now: int) -> Saved:
    before, created = applications.ensure(db, name, now)
    pacticipants.lock(db, before.id)  # two changes of different members at once both stay
    return Saved(_save(db, name, read_description(body, _described(named(db, name))), now), created)


def _described(found: Application) -> Described:
    return Described(
        found.display_name, found.main_branch, found.repository_url, found.repository_name, found.repository_namespace
    )


def _save(db: Connection, name: str, new: Described, now: int) -> ApplicationView:
    before, _ = applications.ensure(db, name, now)
    pacticipants.lock(db, before.id)
    if new != _described(before):
        pacticipants.set_texts(
            db,
            before.id,
            display_name=new.display_name,
            repository_url=new.repository_url,
            repository_name=new.repository_name,
            repository_namespace=new.repository_namespace,
            now=now,
        )
    if new.main_branch != before.main_branch:
        applications.set_main_branch(db, before.id, new.main_branch, now)
    return _one(db, name)
