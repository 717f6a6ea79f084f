"""What checkers said of two documents of one provider: once for each version of the checker."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, exists, func, or_, select, update

from troth_broker.core.facts import Evolution, Meeting, Uses
from troth_broker.store.comparing import Outcome
from troth_broker.store.lists import listed
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import comparison, evolution, provider_content
from troth_broker.store.upsert import insert_new

_SAID = select(
    evolution.c.id,
    evolution.c.reader_id,
    evolution.c.writer_id,
    evolution.c.older,
    evolution.c.success,
    evolution.c.breaking,
    evolution.c.error,
    evolution.c.not_covered,
    evolution.c.checker,
    evolution.c.asked_of,
).where(among(evolution.c.reader_id, "ids"), among(evolution.c.writer_id, "ids"))
_REPORTS = select(evolution.c.id, evolution.c.report).where(among(evolution.c.id, "ids"))
_COMPARED = (
    select(comparison.c.content_id, comparison.c.provider_content_id, comparison.c.report)
    .where(
        among(comparison.c.content_id, "ids"),
        among(comparison.c.provider_content_id, "more"),
        comparison.c.report.is_not(None),
    )
    .order_by(comparison.c.id)
)
_STILL = (
    select(provider_content.c.id)
    .where(provider_content.c.id.in_((bindparam("reader"), bindparam("writer"))))
    .order_by(provider_content.c.id)
    .with_for_update(read=True, key_share=True)
)
_NEW = insert_new(evolution, "reader_id", "writer_id", "older", "checker")
_FORGET_FAILED = delete(evolution).where(evolution.c.error.is_not(None))
_of_provider = evolution.c.reader_id.in_(
    select(provider_content.c.id).where(provider_content.c.provider_id == bindparam("provider"))
)
_FORGET_FAILED_OF = _FORGET_FAILED.where(_of_provider)
_KINDS = (
    select(provider_content.c.format).distinct().join(evolution, evolution.c.reader_id == provider_content.c.id)
).order_by(provider_content.c.format)
_later = evolution.alias("later")
_AGAIN = (
    update(evolution)
    .where(
        evolution.c.checker != bindparam("newer"),
        func.coalesce(evolution.c.asked_of, "") != bindparam("newer"),
        ~exists().where(
            _later.c.reader_id == evolution.c.reader_id,
            _later.c.writer_id == evolution.c.writer_id,
            _later.c.older == evolution.c.older,
            or_(_later.c.checker == bindparam("newer"), _later.c.id > evolution.c.id),
        ),
        evolution.c.reader_id.in_(select(provider_content.c.id).where(provider_content.c.format == bindparam("kind"))),
    )
    .values(asked_of=bindparam("newer"))
)
_AGAIN_OF = _AGAIN.where(_of_provider)
_MOST_FINDINGS = 20


def between(db: Connection, documents: Iterable[int]) -> tuple[Evolution, ...]:
    """What is known of any two of these documents."""
    found = [Evolution(*row) for row in db.execute(_SAID, {"ids": listed(sorted(set(documents)))}).all()]
    wanted = [one.id for one in found if one.breaking]
    if not wanted:
        return tuple(found)
    reports = {row.id: row.report for row in db.execute(_REPORTS, {"ids": listed(wanted)}) if row.report is not None}
    return tuple(replace(one, elements=_elements(reports[one.id])) if one.id in reports else one for one in found)


def uses(db: Connection, contents: Iterable[int], documents: Iterable[int]) -> tuple[Uses, ...]:
    """What these contents rely on in these documents, as the last comparison of each two has it."""
    values = {"ids": listed(sorted(set(contents))), "more": listed(sorted(set(documents)))}
    newest = {(row.content_id, row.provider_content_id): row.report for row in db.execute(_COMPARED, values)}
    found = ((*pair, json.loads(zlib.decompress(report)).get("uses")) for pair, report in newest.items())
    return tuple(Uses(content, document, frozenset(said)) for content, document, said in found if said is not None)


def add(db: Connection, of: Meeting, checker: str, outcome: Outcome, now: int) -> None:
    """Keep what came of a comparison, unless it is known already, or one of the documents is gone."""
    if len(db.execute(_STILL, {"reader": of.reader, "writer": of.writer}).all()) < len({of.reader, of.writer}):
        return
    row = {
        "reader_id": of.reader,
        "writer_id": of.writer,
        "older": of.older,
        "checker": checker,
        "success": outcome.success,
        "breaking": outcome.breaking,
        "judged": outcome.judged,
        "not_covered": outcome.partial + len(outcome.unjudged),
        "report": None if outcome.report is None else zlib.compress(json.dumps(outcome.report).encode()),
        "error": outcome.error,
        "happened_at": now,
        "recorded_at": now,
    }
    _NEW.run(db, row)


def forget_failed(db: Connection, provider_id: int | None) -> int:
    """Forget what could not be compared, of one provider or of all; gives how much."""
    if provider_id is None:
        return db.execute(_FORGET_FAILED).rowcount
    return db.execute(_FORGET_FAILED_OF, {"provider": provider_id}).rowcount


def kinds(db: Connection) -> tuple[str, ...]:
    """The formats of the documents that were compared, sorted."""
    return tuple(db.execute(_KINDS).scalars())


def ask_again(db: Connection, provider_id: int | None, kind: str, checker: str) -> int:
    """Ask the checker of a format for its word on what only others compared, of one provider or of all.

    Gives how much is new.

    What the others said stays, and counts until it is made.
    """
    if provider_id is None:
        return db.execute(_AGAIN, {"newer": checker, "kind": kind}).rowcount
    return db.execute(_AGAIN_OF, {"newer": checker, "kind": kind, "provider": provider_id}).rowcount


def breaking(db: Connection, evolutions: Iterable[Evolution]) -> Mapping[int, tuple[str, ...]]:
    """The first sentences about what breaks, by the numbers of those that break."""
    wanted = [one.id for one in evolutions if one.breaking]
    if not wanted:
        return {}
    rows = db.execute(_REPORTS, {"ids": listed(wanted)}).all()
    return {key: _sentences(report) for key, report in rows if report is not None}


def _elements(report: bytes) -> tuple[str | None, ...]:
    found = json.loads(zlib.decompress(report)).get("findings", ())
    return tuple(one.get("element") for one in found if one.get("severity") == "breaking")


def _sentences(report: bytes) -> tuple[str, ...]:
    found = json.loads(zlib.decompress(report)).get("findings", ())
    return tuple(str(one["message"]) for one in found if one.get("severity") == "breaking")[:_MOST_FINDINGS]
