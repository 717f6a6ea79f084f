"""What comparisons and replays of a part say about what a decision is about, and which policies govern it.

A store without provider contracts, policies and replays of a part is asked one question, by index, and no more.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from sqlalchemy import Connection, bindparam, exists, func, literal, select, union_all

from troth_broker.core.evidence import Comparisons, Static
from troth_broker.core.facts import Comparison, Facts, Part, Provided
from troth_broker.core.gate import Decision
from troth_broker.core.policy import Policy
from troth_broker.core.policy_document import rules_of
from troth_broker.core.question import Question, Wanted
from troth_broker.core.rows import Row
from troth_broker.store import evolutions, partial_replays
from troth_broker.store.lists import listed
from troth_broker.store.matrix_lines import lines
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import (
    comparison,
    current_provider_contract,
    environment,
    partial_replay,
    policy,
    provider_content,
)
from troth_schemas.pairs.union import Said

_ANYTHING = select(
    select(func.max(policy.c.id)).scalar_subquery(),
    exists(select(literal(1)).where(among(provider_content.c.provider_id, "ids"))),
    select(func.max(partial_replay.c.id)).scalar_subquery(),
)
_PROVIDED = select(
    current_provider_contract.c.provider_version_id,
    current_provider_contract.c.provider_id,
    current_provider_contract.c.provider_content_id,
    current_provider_contract.c.format,
    current_provider_contract.c.name,
).where(among(current_provider_contract.c.provider_version_id, "ids"))
_COMPARED = select(
    comparison.c.id,
    comparison.c.content_id,
    comparison.c.provider_content_id,
    comparison.c.checker,
    comparison.c.success,
    comparison.c.breaking,
    comparison.c.risky,
    comparison.c.partial,
    comparison.c.judged,
    comparison.c.unjudged,
    comparison.c.error,
    comparison.c.happened_at,
).where(among(comparison.c.content_id, "ids"), among(comparison.c.provider_content_id, "more"))

_environment_id = select(environment.c.id).where(environment.c.name == bindparam("environment")).scalar_subquery()
_of_pairs = (
    select(func.max(policy.c.id))
    .where(
        among(policy.c.provider_id, "providers"),
        among(policy.c.consumer_id, "consumers"),
        policy.c.environment_id.is_(None),
    )
    .group_by(policy.c.provider_id, policy.c.consumer_id)
)
_of_environment = select(func.max(policy.c.id)).where(policy.c.environment_id == _environment_id)
_POLICIES = (
    select(policy.c.id, policy.c.document, policy.c.consumer_id, policy.c.provider_id, environment.c.name)
    .outerjoin(environment, environment.c.id == policy.c.environment_id)
    .where(policy.c.id.in_(union_all(_of_pairs, _of_environment)))
)

_REPORTS = select(comparison.c.id, comparison.c.report).where(among(comparison.c.id, "ids"))
_MOST_SENTENCES = 20
NONE = Comparisons(Facts())
_newest_saying = (
    select(func.max(current_provider_contract.c.provider_version_id))
    .where(current_provider_contract.c.provider_content_id == comparison.c.provider_content_id)
    .correlate(comparison)
    .scalar_subquery()
)
_NEWEST_COMPARED = (
    select(comparison.c.content_id, func.max(_newest_saying))
    .where(among(comparison.c.content_id, "ids"))
    .group_by(comparison.c.content_id)
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What comparisons, and replays of a part, say of rows that list what replays said.

    `compared_with`: for contents that were replayed with none, the newest version that they were compared with.
    `parts`: for the same contents, the newest replay of a part.
    """

    comparisons: Comparisons
    compared_with: Mapping[int, int]
    parts: Mapping[int, Part] = field(default_factory=dict)

    def version(self, row: Row) -> int | None:
        """The version of the provider that a row is about, or that its contract was compared with."""
        return row.outcome.version or self.compared_with.get(row.publication.content)

    def static(self, row: Row) -> Static | None:
        """What comparisons say of a row."""
        version = self.version(row)
        if version is None or not self.comparisons:
            return None
        return self.comparisons.of(row.publication.content, version, row.publication.format)


NOTHING = Beside(NONE, {})


def with_evidence(db: Connection, question: Question, facts: Facts) -> Facts:
    """The facts, with the policies and what is known by comparison; the same facts where there is neither.

    Whole histories are lists of what was replayed: nothing is added to them.
    """
    if question.whole_histories:
        return facts
    looked_at = sorted({one.provider for one in facts.publications} | _own(question, facts))
    governed, documented, partly = db.execute(_ANYTHING, {"ids": listed(looked_at)}).one()
    if governed:
        facts = replace(facts, policies=_policies(db, question, facts))
    if partly:
        contents = {one.content for one in facts.publications}
        facts = replace(facts, parts=partial_replays.between(db, contents, _versions(question, facts)))
    if not documented:
        return facts
    return with_comparisons(db, question, _beside_itself(db, question, replace(facts, documented=True)))


def with_comparisons(db: Connection, question: Question, facts: Facts) -> Facts:
    """The facts, with what checkers said of every contract and every version of a provider in them."""
    own = _own(question, facts)
    provided = provided_by(db, _versions(question, facts))
    contents = {one.content for one in facts.publications}
    evolving = [one.provider_content for one in provided if one.provider in own]
    placed = question.target is not None and question.target.environment is not None
    said = evolutions.between(db, evolving) if placed and len(set(evolving)) > 1 else ()
    return replace(
        facts,
        provided=provided,
        comparisons=compared(db, contents, provided) if provided else (),
        evolutions=said,
        uses=evolutions.uses(db, contents, (one.writer for one in said)) if any(one.breaking for one in said) else (),
    )


def _versions(question: Question, facts: Facts) -> set[int]:
    """The versions whose evidence counts."""
    providers = {one.provider for one in facts.publications} | _own(question, facts)
    versions = {one.id for one in facts.versions if one.application in providers}
    return versions | {one.version for one in facts.results}


def _own(question: Question, facts: Facts) -> set[int]:
    """The applications that the question names."""
    named = {selector.application for selector in question.selectors}
    return {one.id for one in facts.applications if one.name in named}


def _beside_itself(db: Connection, question: Question, facts: Facts) -> Facts:
    """The facts, with the versions of the applications in question that run in the target already."""
    target = question.target
    if target is None or target.environment is None:
        return facts
    found = lines(db, sorted(_own(question, facts)), Wanted(environment=target.environment))
    known = {one.id for one in facts.versions}
    return facts.with_(
        versions=(one for one in dict.fromkeys(found.versions) if one.id not in known),
        placed=(one for one in found.placed if one not in facts.placed),
    )


def provided_by(db: Connection, versions: Iterable[int]) -> tuple[Provided, ...]:
    """The documents that these versions publish."""
    return tuple(Provided(*row) for row in db.execute(_PROVIDED, {"ids": listed(sorted(versions))}).all())


def compared(db: Connection, contents: Iterable[int], provided: Iterable[Provided]) -> tuple[Comparison, ...]:
    """Every comparison of one of these contents with one of these documents."""
    provided = tuple(provided)
    documents = {one.provider_content for one in provided}
    values = {"ids": listed(sorted(contents)), "more": listed(sorted(documents))}
    rows = db.execute(_COMPARED, values).all()
    found = tuple(Comparison(*row[:9], tuple(json.loads(row[9])), row[10], row[11]) for row in rows)
    return _with_words(db, found, provided)


def _with_words(db: Connection, found: tuple[Comparison, ...], provided: Iterable[Provided]) -> tuple[Comparison, ...]:
    """With what was said of each interaction, where a version publishes several documents and one of them objects."""
    documents: dict[int, set[int]] = {}
    for one in provided:
        documents.setdefault(one.version, set()).add(one.provider_content)
    beside = {key for keys in documents.values() if len(keys) > 1 for key in keys}
    several = [one for one in found if one.provider_content in beside and one.error is None]
    objected = {one.content for one in several if one.breaking or one.risky or one.partial}
    wanted = [one.id for one in several if one.content in objected]
    if not wanted:
        return found
    said = {key: _said(report) for key, report in db.execute(_REPORTS, {"ids": listed(wanted)}) if report is not None}
    return tuple(replace(one, told=said.get(one.id)) for one in found)


def _said(report: bytes) -> Said | None:
    told = json.loads(zlib.decompress(report)).get("told")
    if told is None:
        return None
    findings = tuple((severity, tuple(names)) for severity, names in told["findings"])
    return Said(frozenset(told["judged"]), frozenset(told["absent"]), findings)


def _policies(db: Connection, question: Question, facts: Facts) -> tuple[Policy, ...]:
    target = question.target.environment if question.target else None
    values = {
        "providers": listed(sorted({one.provider for one in facts.publications})),
        "consumers": listed(sorted({one.consumer for one in facts.publications})),
        "environment": target,
    }
    rows = db.execute(_POLICIES, values).all()
    return tuple(
        Policy(key, rules_of(document), consumer, provider, name) for key, document, consumer, provider, name in rows
    )


def beside_rows(db: Connection, question: Question, decision: Decision) -> Beside:
    """What comparisons say of the rows shown, where a decision on whole histories has not looked at them."""
    if not question.whole_histories or not decision.rows:
        return NOTHING
    silent = {row.publication.content: row for row in decision.rows if row.outcome.version is None}
    free = sorted(content for content, row in silent.items() if not row.outcome.unproved)
    newest = {row[0]: row[1] for row in db.execute(_NEWEST_COMPARED, {"ids": listed(free)})} if free else {}
    found = {(row.publication.content, version) for row in decision.rows if (version := row.outcome.version)}
    found.update((content, version) for content, version in newest.items() if version is not None)
    found.update((content, version) for content, row in silent.items() for version in row.outcome.unproved)
    parts = partial_replays.newest(db, silent) if silent else {}
    if not found:
        return Beside(NONE, {}, parts)
    known = comparisons(db, {content for content, _ in found}, {version for _, version in found})
    compared_with: dict[int, int] = {}
    for content, version in sorted(found):
        static = known.of(content, version, silent[content].publication.format) if content in silent else None
        if static is not None and static.comparisons:
            compared_with[content] = version
    return Beside(known, compared_with, parts)


def comparisons(db: Connection, contents: Iterable[int], versions: Iterable[int]) -> Comparisons:
    """What checkers say of these contents and versions; one statement where the versions publish nothing."""
    provided = provided_by(db, versions)
    if not provided:
        return NONE
    return Comparisons(Facts(provided=provided, comparisons=compared(db, contents, provided)))


def newest_statics(db: Connection, contracts: Iterable[tuple[int, str]]) -> Mapping[int, Static]:
    """What checkers say of contents, each with its format, and the newest version of its provider that each met."""
    kinds = dict(contracts)
    rows = db.execute(_NEWEST_COMPARED, {"ids": listed(sorted(kinds))}).all()
    versions = {content: version for content, version in rows if version is not None}
    if not versions:
        return {}
    known = comparisons(db, versions, set(versions.values()))
    statics = {content: known.of(content, version, kinds[content]) for content, version in versions.items()}
    return {content: static for content, static in statics.items() if static is not None}


def sentences(db: Connection, statics: Iterable[Static]) -> Mapping[int, str]:
    """What the first of these comparisons found, each in the words of its worst finding."""
    told = (one.telling for one in statics if one.comparisons and (one.breaking or one.risky or one.not_covered))
    wanted = list(islice(dict.fromkeys(one.id for one in told), _MOST_SENTENCES))
    if not wanted:
        return {}
    rows = db.execute(_REPORTS, {"ids": listed(wanted)}).all()
    return {key: text for key, report in rows if report is not None and (text := _sentence(report))}


def _sentence(report: bytes) -> str | None:
    body = json.loads(zlib.decompress(report))
    found = [*body.get("findings", ()), *body.get("not_covered", ())]
    return str(found[0]["message"]) if found else None
