"""Finding one pact: by its version, its content or its line."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, select

from troth_broker.store.tables import (
    PACT,
    application,
    body,
    branch,
    branch_version,
    content,
    current_publication,
    publication,
    tag,
    verification,
    version,
)

consumer = application.alias("consumer")
provider = application.alias("provider")


@dataclass(frozen=True, slots=True)
class Pact:
    """One publication with its exact bytes."""

    consumer: str
    provider: str
    version: str
    version_id: int
    sha: str
    created_at: int
    body: bytes
    has_results: bool


HEADING = (consumer.c.name, provider.c.name, version.c.number)
_has_results = exists(select(verification.c.id).where(verification.c.content_id == content.c.id)).label("has_results")


def _one(source: Any) -> Select[Any]:
    """A pact out of `publication` or `current_publication`, with everything that its document shows."""
    return (
        select(*HEADING, version.c.id, content.c.sha, source.c.happened_at, body.c.content, _has_results)
        .select_from(source)
        .join(content, content.c.id == source.c.content_id)
        .join(body, body.c.id == source.c.body_id)
        .join(version, version.c.id == source.c.consumer_version_id)
        .join(consumer, consumer.c.id == source.c.consumer_id)
        .join(provider, provider.c.id == source.c.provider_id)
        .where(source.c.format == PACT)
        .limit(1)
    )


def id_of(name: str) -> Any:
    """The id of the application whose name is bound to this parameter, as a subquery."""
    return select(application.c.id).where(application.c.name == bindparam(name)).scalar_subquery()


cp = current_publication
PAIR = (cp.c.consumer_id == id_of("consumer"), cp.c.provider_id == id_of("provider"), cp.c.format == PACT)
NEWEST = cp.c.consumer_version_id.desc()

_OF_VERSION = _one(cp).where(
    cp.c.provider_id == id_of("provider"),
    cp.c.consumer_version_id
    == select(version.c.id)
    .where(version.c.application_id == id_of("consumer"), version.c.number == bindparam("version"))
    .correlate(None)
    .scalar_subquery(),
)
_content_id = (
    select(content.c.id)
    .where(
        content.c.consumer_id == id_of("consumer"),
        content.c.provider_id == id_of("provider"),
        content.c.sha == bindparam("sha"),
        content.c.format == PACT,
    )
    .correlate(None)
    .scalar_subquery()
)
_OF_CONTENT = _one(cp).where(cp.c.content_id == _content_id).order_by(NEWEST)
_OF_OLD_CONTENT = _one(publication).where(publication.c.content_id == _content_id).order_by(publication.c.id.desc())
_PREVIOUS_DISTINCT = (
    _one(cp)
    .where(*PAIR, cp.c.consumer_version_id < bindparam("version_id"), content.c.sha != bindparam("sha"))
    .order_by(NEWEST)
)
_LATEST = _one(cp).where(*PAIR).order_by(NEWEST)
_LATEST_UNTAGGED = (
    _one(cp)
    .where(*PAIR, ~exists(select(tag.c.id).where(tag.c.version_id == cp.c.consumer_version_id)))
    .order_by(NEWEST)
)


def _of(chosen: Any) -> Select[Any]:
    """The pact of the one consumer version that a statement chooses."""
    return _one(cp).where(
        cp.c.provider_id == id_of("provider"), cp.c.consumer_version_id == chosen.limit(1).scalar_subquery()
    )


# Aliases, so that a line is walked from its newest version by its own index and left at the first that has a pact.
_had = current_publication.alias("had")
_has_pact = and_(_had.c.provider_id == id_of("provider"), _had.c.format == PACT)
_LATEST_TAGGED = _of(
    select(tag.c.version_id)
    .join(_had, _had.c.consumer_version_id == tag.c.version_id)
    .where(tag.c.application_id == id_of("consumer"), tag.c.name == bindparam("tag"), _has_pact)
    .order_by(tag.c.version_id.desc())
)
_LATEST_ON_BRANCH = _of(
    select(branch_version.c.version_id)
    .join(_had, _had.c.consumer_version_id == branch_version.c.version_id)
    .where(
        branch_version.c.branch_id
        == select(branch.c.id)
        .where(branch.c.application_id == id_of("consumer"), branch.c.name == bindparam("branch"))
        .scalar_subquery(),
        _has_pact,
    )
    .order_by(branch_version.c.version_id.desc())
)


def _find(db: Connection, statement: Any, values: dict[str, Any]) -> Pact | None:
    row = db.execute(statement, values).first()
    return Pact(*row) if row else None


def of_version(db: Connection, provider_name: str, consumer_name: str, number: str) -> Pact | None:
    """The pact that a consumer version published for a provider."""
    return _find(db, _OF_VERSION, {"provider": provider_name, "consumer": consumer_name, "version": number})


def of_content(db: Connection, provider_name: str, consumer_name: str, sha: str) -> Pact | None:
    """The newest publication of a content; one that was overwritten since, if no other is left."""
    values = {"provider": provider_name, "consumer": consumer_name, "sha": sha}
    return _find(db, _OF_CONTENT, values) or _find(db, _OF_OLD_CONTENT, values)


def previous_distinct(db: Connection, pact: Pact) -> Pact | None:
    """The newest pact of an earlier version of the consumer that says something else."""
    values = {"provider": pact.provider, "consumer": pact.consumer, "version_id": pact.version_id, "sha": pact.sha}
    return _find(db, _PREVIOUS_DISTINCT, values)


def latest(db: Connection, provider_name: str, consumer_name: str) -> Pact | None:
    """The pact of the newest consumer version that has one."""
    return _find(db, _LATEST, {"provider": provider_name, "consumer": consumer_name})


def latest_untagged(db: Connection, provider_name: str, consumer_name: str) -> Pact | None:
    """The newest pact of a version without tags."""
    return _find(db, _LATEST_UNTAGGED, {"provider": provider_name, "consumer": consumer_name})


def latest_tagged(db: Connection, provider_name: str, consumer_name: str, name: str) -> Pact | None:
    """The pact of the newest version, by version order, that carries the tag and has one."""
    return _find(db, _LATEST_TAGGED, {"provider": provider_name, "consumer": consumer_name, "tag": name})


def latest_on_branch(db: Connection, provider_name: str, consumer_name: str, name: str) -> Pact | None:
    """The pact of the newest version on the branch, by version order, that has one."""
    return _find(db, _LATEST_ON_BRANCH, {"provider": provider_name, "consumer": consumer_name, "branch": name})
