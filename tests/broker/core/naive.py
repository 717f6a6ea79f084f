"""The matrix as the specification words it: nested loops over every publication and every result (6.2 to 6.5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from troth_broker.core.facts import Facts, Publication, Result
from troth_broker.core.question import LatestBy, Question
from troth_broker.core.resolve import Chosen, Known, Scope, resolve


@dataclass(frozen=True)
class NaiveRow:
    publication: Publication
    result: Result | None

    @property
    def place(self) -> tuple[int, int, int, int, int]:
        number = self.result.number if self.result else 0
        p, result = self.publication, self.result
        return max(p.version, result.version if result else 0), p.version, p.revision, p.id, number

    @property
    def verdict(self) -> bool | None:
        return self.result.success if self.result else None


@dataclass(frozen=True)
class NaiveAnswer:
    deployable: bool | None
    success: int
    failed: int
    unknown: int
    ignored: int
    rows: tuple[tuple[int, int, bool], ...]


def naive(question: Question, facts: Facts) -> NaiveAnswer:
    known = Known(facts)
    scope = resolve(question, known)
    rows = sorted(_rows(question, facts, scope), key=lambda row: row.place, reverse=True)
    rows = _latestby(question.collapse, rows)
    if question.success is not None:
        rows = [row for row in rows if row.verdict in question.success]
    ignored = {id(row) for row in rows if _ignored(scope, row)}
    considered = [row for row in rows if id(row) not in ignored]
    unmet = sum(
        need.required
        and not any(
            (row.publication.consumer, row.publication.provider) == (need.consumer, need.provider) for row in rows
        )
        for need in scope.needs
    )
    if any(one.missing and not one.ignored for one in scope.specified):
        deployable = False
    elif unmet or any(row.verdict is None for row in considered):
        deployable = None
    else:
        deployable = all(row.verdict for row in considered)
    shown = rows if question.limit is None else rows[: question.limit]
    shown = sorted(shown, key=lambda row: id(row) in ignored)
    return NaiveAnswer(
        deployable,
        sum(row.verdict is True for row in considered),
        sum(row.verdict is False for row in considered),
        sum(row.verdict is None for row in considered) + unmet,
        len(ignored),
        tuple((row.publication.id, row.result.number if row.result else 0, id(row) in ignored) for row in shown),
    )


def _rows(question: Question, facts: Facts, scope: Scope) -> list[NaiveRow]:
    publications, results = list(facts.publications), list(facts.results)
    if question.collapse:
        publications = [
            p
            for p in publications
            if p.revision == max(q.revision for q in publications if (q.version, q.provider) == (p.version, p.provider))
        ]
        results = [
            r
            for r in results
            if r.number == max(q.number for q in results if (q.content, q.version) == (r.content, r.version))
        ]
    chosen = scope.chosen
    if len(chosen) == 1:
        return _rows_of_one(chosen[0], publications, results)
    return _rows_of_many(question, scope, publications, results)


def _takes(chosen: Iterable[Chosen], application: int, version: int) -> bool:
    return any(
        one.application.id == application and (one.wanted.everything or (one.version and one.version.id == version))
        for one in chosen
    )


def _rows_of_one(one: Chosen, publications: list[Publication], results: list[Result]) -> list[NaiveRow]:
    rows: dict[tuple[int, Result | None], NaiveRow] = {}
    for publication in publications:
        of_content = [result for result in results if result.content == publication.content]
        if _takes([one], publication.consumer, publication.version):
            halves: list[Result | None] = [*of_content] or [None]
            for result in halves:
                rows[publication.id, result] = NaiveRow(publication, result)
        for result in of_content:
            if _takes([one], publication.provider, result.version):
                rows[publication.id, result] = NaiveRow(publication, result)
    return list(rows.values())


def _rows_of_many(
    question: Question, scope: Scope, publications: list[Publication], results: list[Result]
) -> list[NaiveRow]:
    rows: list[NaiveRow] = []
    named = {one.application.id for one in scope.chosen}
    specified = {one.application.id for one in scope.specified}
    for publication in publications:
        consumer, provider = publication.consumer, publication.provider
        if provider not in named or not ({consumer, provider} & specified):
            continue
        if not _takes(scope.chosen, consumer, publication.version):
            continue
        met = [r for r in results if r.content == publication.content and _takes(scope.chosen, provider, r.version)]
        rows += [NaiveRow(publication, result) for result in met]
        live = question.target and question.target.environment and question.collapse != "cp"
        owing = live and any(
            one.version and one.application.id == provider and one.version.id not in {r.version for r in met}
            for one in scope.inferred
        )
        if not met or owing:
            rows.append(NaiveRow(publication, None))
    return rows


def _latestby(latestby: LatestBy | None, rows: list[NaiveRow]) -> list[NaiveRow]:
    if latestby is None:
        return rows
    groups: dict[tuple[int | None, ...], list[NaiveRow]] = {}
    for row in rows:
        p, version = row.publication, row.result.version if row.result else None
        key = {"cvpv": (p.consumer, p.version, p.provider, version), "cvp": (p.consumer, p.version, p.provider)}.get(
            latestby, (p.consumer, p.provider)
        )
        groups.setdefault(key, []).append(row)
    kept = []
    for group in groups.values():
        first = group[0]
        if first.result is not None and latestby != "cvpv":
            highest = max(row.result.version for row in group if row.result)
            first = next(row for row in group if row.result and row.result.version == highest)
        kept.append(first)
    return sorted(kept, key=lambda row: row.place, reverse=True)


def _ignored(scope: Scope, row: NaiveRow) -> bool:
    return any(
        application in scope.disregard.applications or version in scope.disregard.versions
        for application, version in (
            (row.publication.consumer, row.publication.version),
            (row.publication.provider, row.result.version if row.result else None),
        )
    )
