"""Integrations: which consumer has contracts with which provider; and what goes when one is deleted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, select, union_all

from troth_broker.core.pages import Paged, Window
from troth_broker.store import deletes, pact_deletes
from troth_broker.store.integration_pages import LIKE, page_of, size_of
from troth_broker.store.pacticipants import like_pattern
from troth_broker.store.tables import (
    application,
    content,
    content_file,
    deployment,
    integration,
    provider_contract,
    publication,
    release,
    verification,
    version,
    webhook,
)


@dataclass(frozen=True, slots=True)
class Integration:
    """A consumer that has contracts with a provider."""

    id: int
    consumer_id: int
    consumer: str
    provider_id: int
    provider: str


def _listed(*where: Any) -> tuple[Any, Any]:
    """The page and the size of a list."""
    page = page_of(*where)
    shown = select(page.c.id, page.c.consumer_id, page.c.consumer, page.c.provider_id, page.c.provider)
    ordered = shown.order_by(page.c.moved_at.desc(), page.c.id.desc())
    return ordered, size_of(*where)


_STATEMENTS = {False: _listed(), True: _listed(LIKE)}


def _pair(table: Any) -> Any:
    return and_(table.c.consumer_id == bindparam("consumer"), table.c.provider_id == bindparam("provider"))


_PAIRS = select(integration.c.consumer_id, integration.c.provider_id).order_by(integration.c.id)
_BODIES = union_all(
    select(publication.c.body_id).where(_pair(publication)),
    select(content_file.c.body_id).join(content, content.c.id == content_file.c.content_id).where(_pair(content)),
)
# Publications and contents take their results, pointers and triggered webhooks with them.
_DELETE_PAIR = tuple(delete(table).where(_pair(table)) for table in (publication, content, webhook, integration))


def _none(table: Any, *where: Any) -> Any:
    return ~exists(select(table.c.id).where(*where))


_DELETE_VERSIONS = delete(version).where(
    version.c.application_id == bindparam("application"),
    _none(publication, publication.c.consumer_version_id == version.c.id),
    _none(verification, verification.c.provider_version_id == version.c.id),
    _none(deployment, deployment.c.version_id == version.c.id),
    _none(release, release.c.version_id == version.c.id),
    _none(provider_contract, provider_contract.c.provider_version_id == version.c.id),
)
_DELETE_APPLICATION = delete(application).where(
    application.c.id == bindparam("application"),
    _none(version, version.c.application_id == application.c.id),
    *(
        _none(table, table.c[side] == application.c.id)
        for table in (integration, content, webhook)
        for side in ("consumer_id", "provider_id")
    ),
)


def page(db: Connection, window: Window, part: str | None = None) -> Paged[Integration]:
    """Integrations, those whose contracts moved last first; those with a name that holds a part, if one is given."""
    values: dict[str, object] = {} if part is None else {"pattern": like_pattern(part)}
    found, count = _STATEMENTS[part is not None]
    rows = db.execute(found, {**values, "limit": window.limit, "offset": window.offset})
    return Paged.of(tuple(Integration(*row) for row in rows), window, lambda: db.execute(count, values).scalar_one())


def pairs(db: Connection) -> tuple[tuple[int, int], ...]:
    """The consumer and the provider of every integration."""
    return tuple((consumer, provider) for consumer, provider in db.execute(_PAIRS))


def remove(db: Connection, consumer_id: int, provider_id: int) -> None:
    """Delete all contracts between two with their results and webhooks."""
    pair = {"consumer": consumer_id, "provider": provider_id}
    bodies = set(db.execute(_BODIES, pair).scalars())
    for statement in _DELETE_PAIR:
        db.execute(statement, pair)
    pact_deletes.orphans(db, set(), bodies)


def remove_orphans(db: Connection, application_id: int, now: int) -> None:
    """Delete the versions of an application that nothing is attached to, then the application if it is left bare."""
    db.execute(_DELETE_VERSIONS, {"application": application_id})
    deletes.mend_heads(db, application_id, now)
    db.execute(_DELETE_APPLICATION, {"application": application_id})
