"""Who was asked to verify what: a fact for each time, and the pointer to what nobody has answered yet.

A request names a content and the provider's version that lacks a result (slot: that version), or no version (slot 0):
then the provider was told of a content that none of its versions had a result for. A result answers the slot of its
version and slot 0, so a request is open exactly as long as its slot has no result; whoever asks or answers holds the
content's row first.
"""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, Executable, Select, Table, bindparam, delete, exists, func, insert, or_, select

from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.tables import content, open_request, verification, verification_request
from troth_broker.store.upsert import PerDialect, put

ANY_VERSION = 0
"""The slot of requests that name no version of the provider."""

_of_content = content.c.id == bindparam("content")
_HOLD = select(content.c.id).where(_of_content).with_for_update(key_share=True)
_HOLD_WITH_OTHERS = select(content.c.id).where(_of_content).with_for_update(read=True)
_NEW = insert(verification_request).returning(verification_request.c.id)
_TIMES = select(open_request.c.times).where(
    open_request.c.content_id == bindparam("content"), open_request.c.slot == bindparam("slot")
)
_PUT = put(open_request, "content_id", "slot")
_ANSWERED = delete(open_request).where(
    open_request.c.content_id == bindparam("content"), open_request.c.slot.in_((ANY_VERSION, bindparam("version")))
)

_slot = func.coalesce(verification_request.c.provider_version_id, ANY_VERSION)


def _answer(request: Table) -> Any:
    return exists(
        select(verification.c.id).where(
            verification.c.content_id == request.c.content_id,
            or_(
                request.c.provider_version_id.is_(None),
                verification.c.provider_version_id == request.c.provider_version_id,
            ),
        )
    )


def _unanswered(*only: Any) -> Select[Any]:
    return (
        select(
            verification_request.c.content_id,
            _slot,
            func.max(verification_request.c.provider_version_id),
            func.max(verification_request.c.id),
            func.count(),
        )
        .where(~_answer(verification_request), *only)
        .group_by(verification_request.c.content_id, _slot)
        .order_by(verification_request.c.content_id, _slot)
    )


def _opened(source: Select[Any]) -> PerDialect:
    """Open what is not answered. When to ask again is kept where it stands; nobody asks again for what is opened."""

    def make(insert: Callable[[Table], Any]) -> Executable:
        names = ("content_id", "slot", "provider_version_id", "request_id", "times")
        made = insert(open_request).from_select(names, source)
        changed = {name: made.excluded[name] for name in ("request_id", "times")}
        statement: Executable = made.on_conflict_do_update(index_elements=("content_id", "slot"), set_=changed)
        return statement

    return PerDialect(make)


_CLOSE_ALL = delete(open_request).where(_answer(open_request))
_OPEN_ALL = _opened(_unanswered())
_OPEN_GIVEN = _opened(_unanswered(verification_request.c.content_id.in_(select(as_id(items_of("contents"))))))


def hold(db: Connection, content_id: int) -> None:
    """Let nobody answer for a content, or ask, until the transaction ends."""
    if db.dialect.name != "sqlite":  # SQLite has one writer anyway
        db.execute(_HOLD, {"content": content_id})


def hold_with_others(db: Connection, content_id: int) -> None:
    """Let nobody ask for a content's results until the transaction ends; others may answer meanwhile."""
    if db.dialect.name != "sqlite":
        db.execute(_HOLD_WITH_OTHERS, {"content": content_id})


def add(
    db: Connection,
    content_id: int,
    provider_version_id: int | None,
    triggered_id: int | None,
    now: int,
    again: Callable[[int], int | None],
) -> None:
    """Record that a content's verification was asked for; `again` says when to ask the next time, after so many times.

    The caller holds the content, and has seen that there is no result.
    """
    slot = provider_version_id or ANY_VERSION
    key = {"content": content_id, "slot": slot}
    times = (db.execute(_TIMES, key).scalar() or 0) + 1
    fact = {
        "content_id": content_id,
        "provider_version_id": provider_version_id,
        "triggered_webhook_id": triggered_id,
        "happened_at": now,
        "recorded_at": now,
    }
    pointer = {
        "content_id": content_id,
        "slot": slot,
        "provider_version_id": provider_version_id,
        "request_id": db.execute(_NEW, fact).scalar_one(),
        "times": times,
        "ask_again_at": again(times),
    }
    _PUT.run(db, pointer)


def answered(db: Connection, content_id: int, provider_version_id: int) -> None:
    """Close what a result of that version answers."""
    db.execute(_ANSWERED, {"content": content_id, "version": provider_version_id})


def reopen(db: Connection, contents: Collection[int]) -> None:
    """Derive what is open about these contents anew; needed after facts about them were deleted."""
    if contents:
        _OPEN_GIVEN.run(db, {"contents": listed(sorted(contents))})


def rebuild(db: Connection) -> None:
    """Derive the pointer to every open request anew from the facts."""
    db.execute(_CLOSE_ALL)
    _OPEN_ALL.run(db, {})
