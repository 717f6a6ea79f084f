"""Applications in lists, with their labels and their newest versions; and what people may set of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, true, update

from troth_broker.core.pages import Paged, Window
from troth_broker.store.applications import COLUMNS, Application
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.tables import application, current_deployment, deployment, environment, label, version
from troth_broker.store.version_views import InEnvironment, OnBranch, branches_of
from troth_broker.store.versions import COLUMNS as VERSION_COLUMNS
from troth_broker.store.versions import Version


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application with its labels, its newest version and what of it is deployed now."""

    application: Application
    labels: tuple[str, ...]
    newest: Version | None
    newest_branches: tuple[OnBranch, ...]
    deployments: tuple[InEnvironment, ...]


class _List:
    """A collection of applications, by name: its page and its size, both built once."""

    def __init__(self, source: Any, where: Any) -> None:
        found = select(*COLUMNS).select_from(source).where(where)
        self._page = found.order_by(application.c.name).limit(bindparam("limit")).offset(bindparam("offset"))
        self._count = select(func.count()).select_from(source).where(where)

    def page(self, db: Connection, window: Window, **key: Any) -> Paged[Application]:
        """The applications in that window, and how many there are."""
        rows = db.execute(self._page, {**key, "limit": window.limit, "offset": window.offset})
        return Paged.of(
            tuple(Application(*row) for row in rows), window, lambda: db.execute(self._count, key).scalar_one()
        )


_ALL = _List(application, true())
_LIKE = _List(application, application.c.name.ilike(bindparam("pattern"), escape="\\"))
_LABELLED = _List(
    application.join(label, label.c.application_id == application.c.id), label.c.name == bindparam("label")
)
_applications = select(as_id(items_of("applications")))
_LABELS = (
    select(label.c.application_id, label.c.name).where(label.c.application_id.in_(_applications)).order_by(label.c.name)
)
_newest_id = (
    select(func.max(version.c.id)).where(version.c.application_id == application.c.id).correlate(application)
).scalar_subquery()
_NEWEST = (
    select(application.c.id, *VERSION_COLUMNS)
    .join_from(application, version, version.c.id == _newest_id)
    .where(application.c.id.in_(_applications))
)
_DEPLOYED = (
    select(
        current_deployment.c.application_id,
        deployment.c.uuid,
        environment.c.name,
        environment.c.display_name,
        deployment.c.instance,
    )
    .join(deployment, deployment.c.id == current_deployment.c.deployment_id)
    .join(environment, environment.c.id == current_deployment.c.environment_id)
    .where(current_deployment.c.application_id.in_(_applications))
    .order_by(environment.c.name, current_deployment.c.slot)
)
_LOCK = select(application.c.id).where(application.c.id == bindparam("key")).with_for_update()
_SET = (
    update(application)
    .where(application.c.id == bindparam("key"))
    .values(
        display_name=bindparam("new_display_name"),
        repository_url=bindparam("new_repository_url"),
        repository_name=bindparam("new_repository_name"),
        repository_namespace=bindparam("new_repository_namespace"),
        updated_at=bindparam("now"),
    )
)


def like_pattern(part: str) -> str:
    """The LIKE pattern of names that hold a part; its own special characters are escaped with a backslash."""
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def page(db: Connection, window: Window, part: str | None = None) -> Paged[Application]:
    """Applications by name; those whose name holds a part, if one is given."""
    if part is None:
        return _ALL.page(db, window)
    return _LIKE.page(db, window, pattern=like_pattern(part))


def page_with_label(db: Connection, name: str, window: Window) -> Paged[Application]:
    """Applications with a label, by name."""
    return _LABELLED.page(db, window, label=name)


def views(db: Connection, found: Sequence[Application]) -> tuple[ApplicationView, ...]:
    """The applications with what they show, in four statements however many."""
    labels: dict[int, list[str]] = defaultdict(list)
    deployments: dict[int, list[InEnvironment]] = defaultdict(list)
    ids = {"applications": listed(each.id for each in found)}
    for application_id, name in db.execute(_LABELS, ids):
        labels[application_id].append(name)
    for application_id, uuid, name, display_name, instance in db.execute(_DEPLOYED, ids):
        deployments[application_id].append(InEnvironment(uuid, name, display_name, True, instance))
    newest = {row[0]: Version(*row[1:]) for row in db.execute(_NEWEST, ids)}
    branches = branches_of(db, [version.id for version in newest.values()])

    def view(each: Application) -> ApplicationView:
        last = newest.get(each.id)
        on = branches.get(last.id, ()) if last else ()
        return ApplicationView(each, tuple(labels[each.id]), last, tuple(on), tuple(deployments[each.id]))

    return tuple(view(each) for each in found)


def lock(db: Connection, application_id: int) -> None:
    """Keep other writers from an application until this transaction ends."""
    db.execute(_LOCK, {"key": application_id})


def set_texts(
    db: Connection,
    application_id: int,
    *,
    display_name: str | None,
    repository_url: str | None,
    repository_name: str | None,
    repository_namespace: str | None,
    now: int,
) -> None:
    """Overwrite what people may say about an application."""
    values = {
        "key": application_id,
        "new_display_name": display_name,
        "new_repository_url": repository_url,
        "new_repository_name": repository_name,
        "new_repository_namespace": repository_namespace,
        "now": now,
    }
    db.execute(_SET, values)
