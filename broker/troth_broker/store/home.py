"""The integrations as the home page lists them: what was published last, and what the newest result says of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, func, select

from troth_broker.core.pages import Paged, Window
from troth_broker.store.integration_pages import LIKE, page_of, size_of
from troth_broker.store.pacticipants import like_pattern
from troth_broker.store.tables import (
    current_provider_contract,
    current_publication,
    integration,
    latest_verification,
    verification,
    version,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an integration stands: its newest contract and the newest result about it."""

    id: int
    consumer: str
    provider: str
    published: str | None
    """The consumer version whose contract is the newest."""
    published_at: int | None
    success: bool | None
    """What the newest result of that contract says; None if there is none."""
    verified_at: int | None
    verified_by: str | None
    """The provider version that the result is about."""
    verified_before: bool
    """Whether any contract between the two was ever verified."""
    content: int | None
    """What the newest contract says."""
    format: str | None
    spoke: int | None
    """The provider's newest version that publishes something, with which a contract is compared."""
    several: bool = False
    """Whether that version of the consumer has contracts of several formats with the provider."""


_had = current_publication.alias("had")
_consumer_version, _provider_version = version.alias("consumer_version"), version.alias("provider_version")


def _listed(*where: Any) -> tuple[Select[Any], Select[Any]]:
    """The page and the size of the list; how an integration stands is looked up for the page only."""
    page = page_of(*where)
    newest = (
        select(_had.c.publication_id)
        .where(_had.c.consumer_id == page.c.consumer_id, _had.c.provider_id == page.c.provider_id)
        .order_by(_had.c.consumer_version_id.desc(), _had.c.publication_id.desc())
        .limit(1)
        .correlate(page)
        .scalar_subquery()
    )
    result = (
        select(func.max(verification.c.id))
        .where(verification.c.content_id == current_publication.c.content_id)
        .correlate(current_publication)
        .scalar_subquery()
    )
    before = (
        select(latest_verification.c.verification_id)
        .where(
            latest_verification.c.consumer_id == page.c.consumer_id,
            latest_verification.c.provider_id == page.c.provider_id,
        )
        .limit(1)
        .correlate(page)
        .scalar_subquery()
    )
    spoke = (
        select(current_provider_contract.c.provider_version_id)
        .where(current_provider_contract.c.provider_id == page.c.provider_id)
        .order_by(current_provider_contract.c.provider_version_id.desc())
        .limit(1)
        .correlate(page)
        .scalar_subquery()
    )
    several = exists(
        select(_had.c.publication_id).where(
            _had.c.consumer_version_id == current_publication.c.consumer_version_id,
            _had.c.provider_id == current_publication.c.provider_id,
            _had.c.format != current_publication.c.format,
        )
    ).correlate(current_publication)
    shown = (
        select(
            page.c.id,
            page.c.consumer,
            page.c.provider,
            _consumer_version.c.number,
            current_publication.c.happened_at,
            verification.c.success,
            verification.c.happened_at,
            _provider_version.c.number,
            before.is_not(None),
            current_publication.c.content_id,
            current_publication.c.format,
            spoke,
            several,
        )
        .select_from(page)
        .outerjoin(
            current_publication,
            current_publication.c.publication_id == newest,
        )
        .outerjoin(_consumer_version, _consumer_version.c.id == current_publication.c.consumer_version_id)
        .outerjoin(verification, verification.c.id == result)
        .outerjoin(_provider_version, _provider_version.c.id == verification.c.provider_version_id)
        .order_by(page.c.moved_at.desc(), page.c.id.desc())
    )
    return shown, size_of(*where)


_STATEMENTS = {False: _listed(), True: _listed(LIKE)}
_CONSUMERS = _listed(integration.c.provider_id == bindparam("application"))[0]
_PROVIDERS = _listed(integration.c.consumer_id == bindparam("application"))[0]


def page(db: Connection, window: Window, part: str | None = None) -> Paged[Standing]:
    """Integrations, those whose contracts moved last first; those with a name that holds a part, if one is given."""
    values: dict[str, object] = {} if part is None else {"pattern": like_pattern(part)}
    found, count = _STATEMENTS[part is not None]
    rows = db.execute(found, {**values, "limit": window.limit, "offset": window.offset})
    return Paged.of(tuple(Standing(*row) for row in rows), window, lambda: db.execute(count, values).scalar_one())


def consumers(db: Connection, application_id: int, window: Window) -> tuple[Standing, ...]:
    """The integrations in which an application provides."""
    values = {"application": application_id, "limit": window.limit, "offset": window.offset}
    return tuple(Standing(*row) for row in db.execute(_CONSUMERS, values))


def providers(db: Connection, application_id: int, window: Window) -> tuple[Standing, ...]:
    """The integrations in which an application consumes."""
    values = {"application": application_id, "limit": window.limit, "offset": window.offset}
    return tuple(Standing(*row) for row in db.execute(_PROVIDERS, values))
