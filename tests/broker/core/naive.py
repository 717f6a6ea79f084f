"""The matrix as the specification words it: nested loops over every publication and every result (6.2 to 6.5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from troth_broker.core.facts import Facts, Meeting, Publication, Result
from troth_broker.core.policy import Rules
from troth_broker.core.question import LatestBy, Question
from troth_broker.core.resolve import Chosen, Known, Scope, resolve


@dataclass(frozen=True)
class NaiveRow:
    publication: Publication
    result: Result | None
    verdict: bool | None
    version: int | None = None

    @property
    def place(self) -> tuple[int, int, int, int, int, int]:
        number, prover, p = self.result.number if self.result else 0, self.version or 0, self.publication
        return max(p.version, prover), p.version, p.revision, p.id, number, prover

    @property
    def proved(self) -> bool:
        return self.result is not None or self.verdict is not None


@dataclass(frozen=True)
class NaiveAnswer:
    deployable: bool | None
    success: int
    failed: int
    unknown: int
    ignored: int
    rows: tuple[tuple[int, int, int | None, bool | None, bool], ...]


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
    owed = _owed(question, facts, scope)
    if any(one.missing and not one.ignored for one in scope.specified):
        deployable = False
    elif unmet or any(row.verdict is None for row in considered) or None in owed:
        deployable = None
    else:
        deployable = all(row.verdict for row in considered) and not owed
    shown = rows if question.limit is None else rows[: question.limit]
    shown = sorted(shown, key=lambda row: id(row) in ignored)
    return NaiveAnswer(
        deployable,
        sum(row.verdict is True for row in considered),
        sum(row.verdict is False for row in considered),
        sum(row.verdict is None for row in considered) + unmet,
        len(ignored),
        tuple(
            (row.publication.id, row.result.number if row.result else 0, row.version, row.verdict, id(row) in ignored)
            for row in shown
        ),
    )


def _owed(question: Question, facts: Facts, scope: Scope) -> list[bool | None]:
    """What documents of versions in question owe to those that run, by hand: False if it breaks, None if unknown."""
    environment = question.target.environment if question.target else None
    mine = sorted((q for q in facts.policies if q.environment and q.environment == environment), key=lambda q: q.id)
    mode = mine[-1].rules.evolution if mine else None
    if mode is None or mode == "NONE" or any(one.wanted.everything for one in scope.chosen):
        return []
    owed: list[bool | None] = []
    for chosen in scope.specified:
        if chosen.version is None or chosen.ignored:
            continue
        live = {
            p.version for p in facts.placed if (p.application, p.environment) == (chosen.application.id, environment)
        }
        live -= {chosen.version.id, *scope.disregard.versions}
        for new in (d for d in facts.provided if d.version == chosen.version.id):
            olds = [d for d in facts.provided if d.version in live and (d.format, d.name) == (new.format, new.name)]
            olds.sort(key=lambda d: d.version)
            for old in olds if "TRANSITIVE" in mode else olds[-1:]:
                backward = (
                    [Meeting(new.provider_content, old.provider_content, "writer")] if "FORWARD" not in mode else []
                )
                forward = (
                    [Meeting(old.provider_content, new.provider_content, "reader")] if "BACKWARD" not in mode else []
                )
                asked = [*backward, *forward] if new.provider_content != old.provider_content else []
                said = {e.meeting: e.success for e in sorted(facts.evolutions, key=lambda e: e.id)}
                verdicts = [said.get(pair) for pair in asked]
                if False in verdicts:
                    owed.append(False)
                elif None in verdicts:
                    owed.append(None)
    return owed


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
        return _rows_of_one(chosen[0], question, facts, publications, results)
    return _rows_of_many(question, facts, scope, publications, results)


def _takes(chosen: Iterable[Chosen], application: int, version: int) -> bool:
    return any(
        one.application.id == application and (one.wanted.everything or (one.version and one.version.id == version))
        for one in chosen
    )


def _rows_of_one(
    one: Chosen, question: Question, facts: Facts, publications: list[Publication], results: list[Result]
) -> list[NaiveRow]:
    rows: dict[tuple[int, Result | None], NaiveRow] = {}
    whole = one.wanted.everything
    for publication in publications:
        of_content = [result for result in results if result.content == publication.content]

        def row(result: Result, of: Publication = publication) -> NaiveRow:
            verdict = result.success if whole else verdict_on(facts, question, of, result.version, result)
            return NaiveRow(of, result, verdict, result.version)

        if _takes([one], publication.consumer, publication.version):
            for result in of_content:
                rows[publication.id, result] = row(result)
            if not of_content:
                rows[publication.id, None] = NaiveRow(publication, None, None)
        for result in of_content:
            if _takes([one], publication.provider, result.version):
                rows[publication.id, result] = row(result)
    return list(rows.values())


def _rows_of_many(
    question: Question, facts: Facts, scope: Scope, publications: list[Publication], results: list[Result]
) -> list[NaiveRow]:
    rows: list[NaiveRow] = []
    named = {one.application.id for one in scope.chosen}
    specified = {one.application.id for one in scope.specified}
    history = any(one.wanted.everything for one in scope.chosen)
    for publication in publications:
        consumer, provider = publication.consumer, publication.provider
        if provider not in named or not ({consumer, provider} & specified):
            continue
        if not _takes(scope.chosen, consumer, publication.version):
            continue
        met = [r for r in results if r.content == publication.content and _takes(scope.chosen, provider, r.version)]
        versions = {one.version.id for one in scope.chosen if one.version and one.application.id == provider}
        found = [
            NaiveRow(
                publication,
                r,
                r.success if history else verdict_on(facts, question, publication, r.version, r),
                r.version,
            )
            for r in met
        ]
        silent = sorted(versions - {r.version for r in met}, reverse=True)
        documented = [v for v in silent if any(d.version == v for d in facts.provided)] if not history else []
        judged = [NaiveRow(publication, None, verdict_on(facts, question, publication, v, None), v) for v in documented]
        found += [row for row in judged if row.proved]
        undecided = [row for row in judged if not row.proved]
        live = bool(question.target and question.target.environment and question.collapse != "cp")
        every = live and any(one.application.id == provider for one in scope.inferred)
        owed = versions - {row.version for row in found}
        if every and owed:
            found += undecided
            if owed - {row.version for row in undecided}:
                found.append(NaiveRow(publication, None, None))
        elif not found:
            found.append(undecided[0] if undecided else NaiveRow(publication, None, None))
        rows += found
    return rows


def verdict_on(
    facts: Facts, question: Question, publication: Publication, version: int, replay: Result | None
) -> bool | None:
    """The verdict as the design words it, by hand: no code of the broker's is used."""
    environment = question.target.environment if question.target else None
    counting = [
        max((q for q in facts.policies if (q.consumer, q.provider, q.environment) == scope), key=lambda q: q.id)
        for scope in {(q.consumer, q.provider, q.environment) for q in facts.policies}
    ]
    said = [
        q.rules
        for q in counting
        if (q.environment is not None and q.environment == environment)
        or (q.environment is None and (q.consumer, q.provider) == (publication.consumer, publication.provider))
    ]
    needs = {kind for rule in said for kind in rule.needs or ()}
    compared = _compared(facts, publication.content, version, said)
    days = min((rule.max_age_days for rule in said if rule.max_age_days is not None), default=None)
    if replay is not None and not replay.success:
        return False
    if replay is not None and days is not None and facts.now - replay.at > days * 86_400_000_000:
        replay = None
    if replay is not None:
        return compared if "comparison" in needs else True
    if compared is False:
        return False
    return None if "replay" in needs else compared


def _compared(facts: Facts, content: int, version: int, said: list[Rules]) -> bool | None:
    documents = {one.provider_content for one in facts.provided if one.version == version}
    newest = {}
    for one in sorted(facts.comparisons, key=lambda one: one.id):
        if one.content == content and one.provider_content in documents:
            newest[one.provider_content] = one
    if any(one.breaking for one in newest.values()):
        return False
    if any("risky" in (rule.blocks or ()) for rule in said) and any(one.risky for one in newest.values()):
        return False
    if not documents or len(newest) < len(documents):
        return None
    gaps = [set(one.unjudged) for one in newest.values() if "*" not in one.unjudged]
    gap = set.intersection(*gaps) if gaps else {"*"}
    if any(one.error for one in newest.values()) and gap:
        return None
    if not any(one.judged for one in newest.values()):
        return None
    words = {rule.not_covered for rule in said}
    if "allows" in words and "blocks" not in words:
        return True
    return None if gap or any(one.partial for one in newest.values()) else True


def _latestby(latestby: LatestBy | None, rows: list[NaiveRow]) -> list[NaiveRow]:
    if latestby is None:
        return rows
    groups: dict[tuple[int | None, ...], list[NaiveRow]] = {}
    for row in rows:
        p, version = row.publication, row.version
        key = {"cvpv": (p.consumer, p.version, p.provider, version), "cvp": (p.consumer, p.version, p.provider)}.get(
            latestby, (p.consumer, p.provider)
        )
        groups.setdefault(key, []).append(row)
    kept = []
    for group in groups.values():
        first = group[0]
        if first.proved and latestby != "cvpv":
            highest = max(row.version or 0 for row in group if row.proved)
            first = next(row for row in group if row.proved and row.version == highest)
        kept.append(first)
    return sorted(kept, key=lambda row: row.place, reverse=True)


def _ignored(scope: Scope, row: NaiveRow) -> bool:
    return any(
        application in scope.disregard.applications or version in scope.disregard.versions
        for application, version in (
            (row.publication.consumer, row.publication.version),
            (row.publication.provider, row.version),
        )
    )
