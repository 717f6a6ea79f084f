"""What is still to be compared, and what came of it: a queue beside the facts.

A pair of contents is compared once for each version of the checker. Who takes a request holds it for a while; one that
is never finished is taken again, and given up after a few attempts.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, exists, func, select, union, update

from troth_broker.store.tables import (
    application,
    body,
    branch,
    comparison,
    comparison_request,
    content,
    content_file,
    current_deployment,
    current_provider_contract,
    current_publication,
    integration,
    provider_content,
    provider_content_file,
    publication,
    supported_release,
)
from troth_broker.store.upsert import insert_new
from troth_schemas.sources import Sources

Pair = tuple[int, int]
"""A consumer's content and a provider's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison that is to be made; `held` if a worker took it before and never finished."""

    content: int
    provider_content: int
    checker: str
    attempts: int
    held: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a comparison: a report, or the sentence that says why there is none."""

    success: bool | None
    breaking: int = 0
    risky: int = 0
    safe: int = 0
    partial: int = 0
    judged: int = 0
    unjudged: tuple[str, ...] = ("*",)
    report: Mapping[str, Any] | None = None
    error: str | None = None
    fleeting: bool = False
    """Whether the same comparison may well succeed another time: the process that made it was ended."""


@dataclass(frozen=True, slots=True)
class Between:
    """Whom a comparison is about."""

    consumer_id: int
    provider_id: int
    consumer: str
    provider: str
    format: str


_cp, _cpc, _request = current_publication.c, current_provider_contract.c, comparison_request.c


_PROVIDES = select(exists().where(provider_content.c.provider_id == bindparam("provider_id")))
_LATEST_PROVIDED = select(func.max(_cpc.provider_version_id)).where(_cpc.provider_id == bindparam("provider_id"))
_PROVIDED: Select[Any] = (
    select(_cpc.provider_content_id, _cpc.format)
    .distinct()
    .where(
        _cpc.provider_id == bindparam("provider_id"),
        _cpc.provider_version_id.in_(
            union(
                select(branch.c.head_version_id).where(branch.c.application_id == bindparam("provider_id")),
                select(current_deployment.c.version_id).where(
                    current_deployment.c.application_id == bindparam("provider_id")
                ),
                select(supported_release.c.version_id).where(
                    supported_release.c.application_id == bindparam("provider_id")
                ),
                _LATEST_PROVIDED,
            )
        ),
    )
)
_consumers = select(integration.c.consumer_id).where(integration.c.provider_id == bindparam("provider_id"))
_latest_of_each = select(
    select(func.max(publication.c.id))
    .where(
        publication.c.consumer_id == integration.c.consumer_id, publication.c.provider_id == integration.c.provider_id
    )
    .correlate(integration)
    .scalar_subquery()
).where(integration.c.provider_id == bindparam("provider_id"))
_EXPECTED: Select[Any] = (
    select(_cp.content_id, _cp.format)
    .distinct()
    .where(
        _cp.provider_id == bindparam("provider_id"),
        _cp.consumer_version_id.in_(
            union(
                select(branch.c.head_version_id).where(branch.c.application_id.in_(_consumers)),
                select(current_deployment.c.version_id).where(current_deployment.c.application_id.in_(_consumers)),
                select(supported_release.c.version_id).where(supported_release.c.application_id.in_(_consumers)),
                select(publication.c.consumer_version_id).where(publication.c.id.in_(_latest_of_each)),
            )
        ),
    )
)
_INTEGRATIONS = select(integration.c.consumer_id, integration.c.provider_id)
_KNOWN = select(
    exists().where(
        comparison.c.content_id == bindparam("content"),
        comparison.c.provider_content_id == bindparam("provider_content"),
        comparison.c.checker == bindparam("checker"),
    )
)
_FORGET_FAILED = delete(comparison).where(comparison.c.error.is_not(None))
_ASK = insert_new(comparison_request, "content_id", "provider_content_id", "checker")
_DUE = (
    select(_request.content_id, _request.provider_content_id, _request.checker, _request.attempts, _request.taken_until)
    .where(_request.due_at <= bindparam("now"))
    .order_by(_request.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_the_pair = (
    _request.content_id == bindparam("content"),
    _request.provider_content_id == bindparam("provider_content"),
    _request.checker == bindparam("checker_"),
)
_HOLD = (
    update(comparison_request)
    .where(*_the_pair)
    .values(attempts=bindparam("made"), taken_until=bindparam("until"), due_at=bindparam("until"))
)
_END = delete(comparison_request).where(*_the_pair)
_NEW = insert_new(comparison, "content_id", "provider_content_id", "checker")
_NEXT = select(func.min(_request.due_at))
_WAITING = select(func.count()).select_from(comparison_request)
_STILL = (
    select(content.c.id)
    .where(content.c.id == bindparam("content"))
    .join(provider_content, provider_content.c.id == bindparam("provider_content"))
    .with_for_update(read=True, key_share=True)
)
_CONTENT = select(content.c.format, content.c.root).where(content.c.id == bindparam("id"))
_FILES = (
    select(content_file.c.name, body.c.content)
    .join(body, body.c.id == content_file.c.body_id)
    .where(content_file.c.content_id == bindparam("id"))
)
_BODY = (
    select(body.c.content)
    .join(publication, publication.c.body_id == body.c.id)
    .where(publication.c.content_id == bindparam("id"))
    .order_by(publication.c.id.desc())
    .limit(1)
)
_PROVIDER_CONTENT = select(provider_content.c.format, provider_content.c.root).where(
    provider_content.c.id == bindparam("id")
)
_PROVIDER_FILES = (
    select(provider_content_file.c.name, body.c.content)
    .join(body, body.c.id == provider_content_file.c.body_id)
    .where(provider_content_file.c.provider_content_id == bindparam("id"))
)
_FORMATS = select(content.c.format, provider_content.c.format).where(
    content.c.id == bindparam("content"), provider_content.c.id == bindparam("provider_content")
)
_consumer, _provider = application.alias("consumer"), application.alias("provider")
_BETWEEN = (
    select(content.c.consumer_id, content.c.provider_id, _consumer.c.name, _provider.c.name, content.c.format)
    .join(_consumer, _consumer.c.id == content.c.consumer_id)
    .join(_provider, _provider.c.id == content.c.provider_id)
    .where(content.c.id == bindparam("id"))
)


def provides(db: Connection, provider_id: int) -> bool:
    """Whether a provider ever published a document."""
    return bool(db.execute(_PROVIDES, {"provider_id": provider_id}).scalar())


def provided(db: Connection, provider_id: int) -> tuple[tuple[int, str], ...]:
    """The documents, with their formats, of the provider's versions that count at once."""
    return tuple((row[0], row[1]) for row in db.execute(_PROVIDED, {"provider_id": provider_id}))


def expected(db: Connection, provider_id: int) -> tuple[tuple[int, str], ...]:
    """The contents, with their formats, of consumers' versions that count at once."""
    return tuple((row[0], row[1]) for row in db.execute(_EXPECTED, {"provider_id": provider_id}))


def integrations(db: Connection) -> tuple[Pair, ...]:
    """Every consumer with its provider, by id."""
    return tuple((row[0], row[1]) for row in db.execute(_INTEGRATIONS))


def known(db: Connection, pair: Pair, checker: str) -> bool:
    """Whether a pair was compared by this version of the checker."""
    values = {"content": pair[0], "provider_content": pair[1], "checker": checker}
    return bool(db.execute(_KNOWN, values).scalar())


def forget_failed(db: Connection, consumer_id: int | None, provider_id: int | None) -> None:
    """Forget what could not be compared, of a consumer, of a provider or of all: it is tried once more when asked."""
    sides = ((content.c.consumer_id, consumer_id), (content.c.provider_id, provider_id))
    named = [column == key for column, key in sides if key is not None]
    mine = comparison.c.content_id.in_(select(content.c.id).where(*named))
    db.execute(_FORGET_FAILED.where(mine) if named else _FORGET_FAILED)


def ask(db: Connection, pairs: Iterable[Pair], checker: str, now: int) -> int:
    """Queue the pairs that were not compared and are not queued; gives how many there are of them."""
    added = 0
    for pair in dict.fromkeys(pairs):
        if known(db, pair, checker):
            continue
        values = {"content_id": pair[0], "provider_content_id": pair[1], "checker": checker, "attempts": 0}
        added += _ASK.run(db, {**values, "due_at": now, "taken_until": None}).first() is not None
    return added


def next_due(db: Connection) -> int | None:
    """When the next comparison is to be made; None if none is."""
    moment = db.execute(_NEXT).scalar()
    return None if moment is None else int(moment)


def waiting(db: Connection) -> int:
    """How many comparisons are still to be made."""
    return int(db.execute(_WAITING).scalar_one())


def first_due(db: Connection, now: int) -> Asked | None:
    """The comparison that has been due for longest, and that no other transaction is taking."""
    row = db.execute(_DUE, {"now": now}).first()
    return Asked(row[0], row[1], row[2], row[3], row[4] is not None) if row else None


def hold(db: Connection, asked: Asked, attempts: int, until: int) -> None:
    """Take a comparison, as the attempt of this number."""
    values = {"content": asked.content, "provider_content": asked.provider_content, "checker_": asked.checker}
    db.execute(_HOLD, {**values, "made": attempts, "until": until})


def still_there(db: Connection, pair: Pair) -> bool:
    """Whether nobody deleted what was compared; nobody does until the transaction ends."""
    return db.execute(_STILL, {"content": pair[0], "provider_content": pair[1]}).first() is not None


def finish(db: Connection, pair: Pair, checker: str, outcome: Outcome, now: int) -> int | None:
    """Keep what came of a comparison, and take it out of the queue; its number, None if it was known already."""
    db.execute(_END, {"content": pair[0], "provider_content": pair[1], "checker_": checker})
    report = None if outcome.report is None else zlib.compress(json.dumps(outcome.report).encode())
    row = _NEW.run(
        db,
        {
            "content_id": pair[0],
            "provider_content_id": pair[1],
            "checker": checker,
            "success": outcome.success,
            "breaking": outcome.breaking,
            "risky": outcome.risky,
            "safe": outcome.safe,
            "partial": outcome.partial,
            "judged": outcome.judged,
            "unjudged": json.dumps(outcome.unjudged),
            "report": report,
            "error": outcome.error,
            "happened_at": now,
            "recorded_at": now,
        },
    ).first()
    return int(row[0]) if row else None


def consumer_sources(db: Connection, content_id: int) -> tuple[str, Sources] | None:
    """The format and the documents of a consumer's content; None if it is gone."""
    row = db.execute(_CONTENT, {"id": content_id}).first()
    if row is None:
        return None
    files = {name: bytes(exact) for name, exact in db.execute(_FILES, {"id": content_id})}
    if files:
        return row.format, Sources(row.root or next(iter(files)), files)
    exact = db.execute(_BODY, {"id": content_id}).scalar()
    return None if exact is None else (row.format, Sources("pact.json", {"pact.json": bytes(exact)}))


def provider_sources(db: Connection, provider_content_id: int) -> tuple[str, Sources] | None:
    """The format and the documents of a provider's content; None if it is gone."""
    row = db.execute(_PROVIDER_CONTENT, {"id": provider_content_id}).first()
    if row is None:
        return None
    files = {name: bytes(exact) for name, exact in db.execute(_PROVIDER_FILES, {"id": provider_content_id})}
    return (row.format, Sources(row.root or next(iter(files)), files)) if files else None


def formats(db: Connection, pair: Pair) -> tuple[str, str] | None:
    """The formats of a pair's contents; None if one of them is gone."""
    row = db.execute(_FORMATS, {"content": pair[0], "provider_content": pair[1]}).first()
    return (row[0], row[1]) if row else None


def between(db: Connection, content_id: int) -> Between | None:
    """Whom a content is between."""
    row = db.execute(_BETWEEN, {"id": content_id}).first()
    return Between(*row) if row else None
