"""Facts for questions about the whole history of pairs: counted by content, and only what is shown is fetched.

The first rows of such a matrix come from two streams: publications, newest version first, and results, newest provider
version first. Every publication stands in as many rows as its content has results, and every result in as many as its
content has publications; so a stream can end as soon as what it has brought fills the rows to be shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from troth_broker.core.facts import Publication, Result, Tally
from troth_broker.core.question import Question
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.matrix_history import ALL, NEWEST, History, publication_columns, result_columns
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import content, current_publication, latest_verification, verification

_contents = items_of("contents")
_content = as_id(_contents)
_newest = latest_verification.alias("newest")


def can_be_cut(question: Question) -> bool:
    """Whether a question is about whole pairs only, and what it counts follows from numbers."""
    return (
        question.target is None
        and len(question.selectors) > 1
        and all(selector.wanted.everything for selector in question.selectors)
        and question.collapse != "cp"
        and question.success is None
        and question.limit is not None
        and not any(ignored.version for ignored in question.ignored)
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """A content of a pair, how much history it has, and the highest provider version with a result."""

    id: int
    tally: Tally
    top: int


class _Cut:
    """The statements that count and cut one kind of history: all of it, or the newest of each."""

    def __init__(self, history: History) -> None:
        published, result = history.publication, history.result
        of_content = result.c.content_id == content.c.id
        self.counts = select(
            content.c.id,
            content.c.consumer_id,
            content.c.provider_id,
            _count(published, published.c.content_id == content.c.id),
            _count(result, of_content, result.c.success.is_(True)),
            _count(result, of_content, result.c.success.is_(False)),
            _top(_newest.c.success),
            _top(_newest.c.provider_version_id),
        ).where(among(content.c.consumer_id, "ids"), among(content.c.provider_id, "more"))
        self.newest_publications = _of_newest_publications(history)
        self.newest_results = _of_newest_results(history)
        self.publications_of = _publications_of(history)
        self.results_of = _results_of(history)
        self.top_results_of = (
            result_columns(result, history.result_id)
            .select_from(_contents)
            .join(result, (result.c.content_id == _content) & (result.c.provider_version_id == _top_of_item()))
        )


def _count(table: Any, *where: Any) -> Any:
    return select(func.count()).select_from(table).where(*where).correlate(content).scalar_subquery()


def _top(column: Any) -> Any:
    return (
        select(column)
        .where(_newest.c.content_id == content.c.id)
        .order_by(_newest.c.provider_version_id.desc())
        .limit(1)
        .correlate(content)
        .scalar_subquery()
    )


def _top_of_item() -> Any:
    top = select(func.max(_newest.c.provider_version_id)).where(_newest.c.content_id == _content)
    return top.correlate(_contents).scalar_subquery()


def _nth(column: Any, *where: Any) -> Any:
    """The value at which `before` + 1 rows are reached, greatest first; 0 if there are fewer."""
    reached = select(column).where(*where).order_by(column.desc()).limit(1).offset(bindparam("before"))
    return func.coalesce(reached.correlate(_contents).scalar_subquery(), 0)


def _of_pair(table: Any) -> tuple[Any, Any]:
    return table.c.consumer_id == bindparam("consumer"), table.c.provider_id == bindparam("provider")


def _of_newest_publications(history: History) -> Select[Any]:
    """The publications of a pair's newest consumer versions. All revisions are found through the current ones."""
    published, pointer = history.publication, current_publication
    inner = pointer.alias("boundary")
    statement = publication_columns(published, history.publication_id)
    if published is not pointer:
        same = published.c.consumer_version_id == pointer.c.consumer_version_id
        statement = statement.select_from(pointer).join(
            published, same & (published.c.provider_id == pointer.c.provider_id)
        )
    newest = pointer.c.consumer_version_id >= _nth(inner.c.consumer_version_id, *_of_pair(inner))
    return statement.where(*_of_pair(pointer), newest)


def _of_newest_results(history: History) -> Select[Any]:
    """The results of a pair's newest provider versions. Older results are found through the newest of each."""
    result, pointer = history.result, latest_verification
    inner = pointer.alias("boundary")
    statement = result_columns(result, history.result_id)
    if result is not pointer:
        same = result.c.provider_version_id == pointer.c.provider_version_id
        statement = statement.select_from(pointer).join(result, same & (result.c.content_id == pointer.c.content_id))
    newest = pointer.c.provider_version_id >= _nth(inner.c.provider_version_id, *_of_pair(inner))
    return statement.where(*_of_pair(pointer), newest)


def _publications_of(history: History) -> Select[Any]:
    """The newest publications of each listed content."""
    published = history.publication
    inner = published.alias("boundary")
    reached = _nth(inner.c.consumer_version_id, inner.c.content_id == _content)
    newest = (published.c.content_id == _content) & (published.c.consumer_version_id >= reached)
    statement = publication_columns(published, history.publication_id)
    return statement.select_from(_contents).join(published, newest)


def _results_of(history: History) -> Select[Any]:
    """The newest results of each listed content, by their numbers, which one index of all results keeps in order."""
    inner, counts = verification.alias("boundary"), latest_verification.alias("counts")
    reached = select(inner.c.id).where(inner.c.content_id == _content)
    if history.result is latest_verification:
        reached = reached.join(counts, counts.c.verification_id == inner.c.id)
    reached = reached.order_by(inner.c.id.desc()).limit(1).offset(bindparam("before")).correlate(_contents)
    newest = (verification.c.content_id == _content) & (
        verification.c.id >= func.coalesce(reached.scalar_subquery(), 0)
    )
    statement = result_columns(verification, verification.c.id).select_from(_contents).join(verification, newest)
    if history.result is latest_verification:
        statement = statement.join(latest_verification, latest_verification.c.verification_id == verification.c.id)
    return statement


_CUT = {False: _Cut(ALL), True: _Cut(NEWEST)}


@dataclass(frozen=True, slots=True)
class Wide:
    """What a question about whole pairs needs: numbers for every content, and the facts behind the first rows."""

    tallies: Mapping[int, Tally]
    publications: tuple[Publication, ...]
    results: tuple[Result, ...]


def load_pairs(db: Connection, question: Question, applications: Iterable[int]) -> Wide:
    """The cut history of every pair among the applications."""
    cut = _CUT[question.collapse is not None]
    ids = listed(applications)
    counted = [
        _Counted(key, Tally(consumer, provider, published, passed, failed, _verdict(verdict)), top or 0)
        for key, consumer, provider, published, passed, failed, verdict, top in db.execute(
            cut.counts, {"ids": ids, "more": ids}
        )
        if published
    ]
    by_content = {one.id: one for one in counted}
    pairs = {(one.tally.consumer, one.tally.provider): None for one in counted}
    publications: dict[int, Publication] = {}
    results: dict[int, Result] = {}
    for consumer, provider in pairs:
        mine = [one for one in counted if (one.tally.consumer, one.tally.provider) == (consumer, provider)]
        shown = _Shown(db, cut, question, by_content, consumer, provider)
        publications.update(shown.publications(mine))
        results.update(shown.results(mine))
    return Wide({one.id: one.tally for one in counted}, tuple(publications.values()), tuple(results.values()))


class _Shown:
    """The facts behind the first rows of one pair."""

    def __init__(
        self,
        db: Connection,
        cut: _Cut,
        question: Question,
        counted: Mapping[int, _Counted],
        consumer: int,
        provider: int,
    ) -> None:
        self._db = db
        self._cut = cut
        self._limit = question.limit or 1
        self._highest_only = question.collapse == "cvp"
        self._counted = counted
        before = {"before": self._limit - 1}
        self._values = {"consumer": consumer, "provider": provider, **before}
        rows = db.execute(cut.newest_publications, self._values).all()
        newest = sorted((Publication(*row) for row in rows), key=lambda p: (p.version, p.revision, p.id), reverse=True)
        self._newest = list(_until(newest, self._limit, self._rows_of_publication))
        self._newest_results = [] if self._highest_only else list(self._find_newest_results())

    def publications(self, counted: Iterable[_Counted]) -> dict[int, Publication]:
        """The newest publications, and those of the contents with the newest results."""
        contents = dict.fromkeys(self._contents_with_newest_results(counted))
        found = {one.id: one for one in self._newest}
        if contents:
            rows = self._db.execute(self._cut.publications_of, {"contents": listed(contents), **self._values})
            found.update((row[0], Publication(*row)) for row in rows.all())
        return found

    def results(self, counted: Iterable[_Counted]) -> dict[int, Result]:
        """The results of all contents in play."""
        contents = dict.fromkeys(one.content for one in self._newest)
        if self._highest_only:
            contents.update(dict.fromkeys(self._contents_with_newest_results(counted)))
            rows = self._db.execute(self._cut.top_results_of, {"contents": listed(contents)})
            return {row[0]: Result(*row) for row in rows.all()}
        found = {one.number: one for one in self._newest_results}
        rows = self._db.execute(self._cut.results_of, {"contents": listed(contents), **self._values})
        found.update((row[0], Result(*row)) for row in rows.all())
        return found

    def _contents_with_newest_results(self, counted: Iterable[_Counted]) -> Iterator[int]:
        if self._highest_only:
            verified = sorted((one for one in counted if one.top), key=lambda one: one.top, reverse=True)
            yield from (one.id for one in _until(verified, self._limit, lambda one: one.tally.publications))
        else:
            yield from (one.content for one in self._newest_results)

    def _find_newest_results(self) -> Iterator[Result]:
        rows = self._db.execute(self._cut.newest_results, self._values).all()
        newest = sorted((Result(*row) for row in rows), key=lambda r: (r.version, r.number), reverse=True)
        published = (one for one in newest if one.content in self._counted)
        yield from _until(published, self._limit, lambda r: self._counted[r.content].tally.publications, _version)

    def _rows_of_publication(self, publication: Publication) -> int:
        tally = self._counted[publication.content].tally
        return 1 if self._highest_only else max(1, tally.passed + tally.failed)


def _version(result: Result) -> int:
    return result.version


def _until(stream: Iterable[Any], limit: int, rows: Any, ties: Any = id) -> Iterator[Any]:
    """The stream up to where it has brought `limit` rows, and what shares the last one's place."""
    brought, last = 0, None
    for one in stream:
        if brought >= limit and ties(one) != last:
            return
        brought, last = brought + rows(one), ties(one)
        yield one


def _verdict(value: Any) -> bool | None:
    return None if value is None else bool(value)
