"""More facts for a plan: versions of a counterpart that might take the place of the one that blocks."""

from collections.abc import Iterable

from sqlalchemy import Connection, Executable, and_, bindparam, exists, select

from troth_broker.core.counterpart import CANDIDATES, About, chosen_versions
from troth_broker.core.facts import Facts, Publication, Result, Version
from troth_broker.core.gate import Decision
from troth_broker.core.plan import once_known
from troth_broker.core.question import Question
from troth_broker.core.resolve import Known, resolve
from troth_broker.store.lists import listed
from troth_broker.store.matrix_evidence import with_comparisons
from troth_broker.store.matrix_history import ALL, NEWEST
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import (
    comparison,
    current_provider_contract,
    current_publication,
    latest_verification,
    version,
)

_NEWEST_VERSIONS = (
    select(version.c.id)
    .where(version.c.application_id == bindparam("application"))
    .order_by(version.c.id.desc())
    .limit(CANDIDATES)
)
_PASSING_CONSUMERS = (
    select(current_publication.c.consumer_version_id)
    .select_from(latest_verification)
    .join(current_publication, current_publication.c.content_id == latest_verification.c.content_id)
    .where(
        latest_verification.c.provider_version_id == bindparam("provider_version"),
        latest_verification.c.success,
        current_publication.c.consumer_id == bindparam("consumer"),
    )
    .order_by(current_publication.c.consumer_version_id.desc())
    .limit(CANDIDATES)
)
_newer = comparison.alias("newer")
_serves = and_(
    comparison.c.success,
    ~exists(
        select(_newer.c.id).where(
            _newer.c.content_id == comparison.c.content_id,
            _newer.c.provider_content_id == comparison.c.provider_content_id,
            _newer.c.id > comparison.c.id,
        )
    ),
)
_PASSING_PROVIDERS = (
    select(latest_verification.c.provider_version_id)
    .where(latest_verification.c.content_id == bindparam("content"), latest_verification.c.success)
    .order_by(latest_verification.c.provider_version_id.desc())
    .limit(CANDIDATES)
)
_SERVING_PROVIDERS = (
    select(current_provider_contract.c.provider_version_id)
    .distinct()
    .select_from(comparison)
    .join(
        current_provider_contract,
        current_provider_contract.c.provider_content_id == comparison.c.provider_content_id,
    )
    .where(comparison.c.content_id == bindparam("content"), _serves)
    .order_by(current_provider_contract.c.provider_version_id.desc())
    .limit(CANDIDATES)
)
_SERVED_CONSUMERS = (
    select(current_publication.c.consumer_version_id)
    .distinct()
    .select_from(current_provider_contract)
    .join(comparison, comparison.c.provider_content_id == current_provider_contract.c.provider_content_id)
    .join(current_publication, current_publication.c.content_id == comparison.c.content_id)
    .where(
        current_provider_contract.c.provider_version_id == bindparam("provider_version"),
        current_publication.c.consumer_id == bindparam("consumer"),
        _serves,
    )
    .order_by(current_publication.c.consumer_version_id.desc())
    .limit(CANDIDATES)
)
_VERSIONS = select(version.c.id, version.c.application_id, version.c.number).where(among(version.c.id, "ids"))


def with_candidates(db: Connection, question: Question, facts: Facts, decision: Decision) -> Facts:
    """The facts, and what a plan may choose from: versions of blocking counterparts, their contracts and results."""
    expected, decision = once_known(question, facts, decision)
    chosen = chosen_versions(resolve(question, Known(expected)))
    specified = {selector.application for selector in question.selectors}
    own = {application.id for application in facts.applications if application.name in specified}
    blocking = [b for b in decision.blockers if isinstance(b, About)]
    found: dict[int, None] = {}
    for blocker in blocking:
        publication = blocker.publication
        for counterpart in {publication.consumer, publication.provider} - own:
            found.update(_ids(db, _NEWEST_VERSIONS, application=counterpart))
        if publication.provider not in own:
            found.update(_ids(db, _PASSING_PROVIDERS, content=publication.content))
            if facts.documented:
                found.update(_ids(db, _SERVING_PROVIDERS, content=publication.content))
        elif publication.consumer not in own:
            for one in chosen.get(publication.provider, ()):  # of versions to come the store knows nothing
                found.update(_ids(db, _PASSING_CONSUMERS, provider_version=one, consumer=publication.consumer))
                if facts.documented:
                    found.update(_ids(db, _SERVED_CONSUMERS, provider_version=one, consumer=publication.consumer))
    known = {one.id for one in facts.versions}
    fresh = [key for key in found if key not in known]
    return _with_versions(db, question, facts, fresh, own) if fresh else facts


def _ids(db: Connection, statement: Executable, **values: int) -> dict[int, None]:
    return dict.fromkeys(db.execute(statement, values).scalars())


def _with_versions(db: Connection, question: Question, facts: Facts, fresh: Iterable[int], own: set[int]) -> Facts:
    history = ALL if question.collapse is None else NEWEST
    fresh, ours = list(fresh), listed(own)
    versions = [Version(*row) for row in db.execute(_VERSIONS, {"ids": listed(fresh)})]
    rows = db.execute(history.between, {"ids": listed(fresh), "more": ours})
    published = [Publication(*row) for row in rows]
    known = {one.number for one in facts.results}
    chosen = [one.id for one in facts.versions if one.application in own]
    asked = (
        (dict.fromkeys(one.content for one in published), chosen),
        (dict.fromkeys(one.content for one in facts.publications if one.provider not in own), fresh),
    )
    results = {
        row[0]: Result(*row)
        for contents, provers in asked
        if contents and provers
        for row in db.execute(history.results_of_pairs, {"ids": listed(contents), "more": listed(provers)})
        if row[0] not in known
    }
    grown = facts.with_(versions=versions, publications=published, results=results.values())
    return with_comparisons(db, question, grown) if facts.documented else grown
