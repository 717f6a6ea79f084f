"""Which events a publication raises, and why (pact_broker events of the same names)."""

from collections.abc import Iterator

from sqlalchemy import Connection

from troth_broker.core.published import Event
from troth_broker.services.lines import Recorded
from troth_broker.store import events
from troth_broker.store.publications import Current
from troth_broker.store.tables import PACT


def raised(
    db: Connection,
    recorded: Recorded,
    provider_id: int,
    content_id: int,
    before: Current | None,
    sha: str,
    tags: tuple[str, ...],
    unverified: tuple[tuple[int, str], ...],
    format_name: str = PACT,
) -> Iterator[Event]:
    """The events of one contract, in the order in which they are told; `unverified` are the versions that matter."""
    yield Event("contract_published", "a contract was published")
    if unverified:
        yield Event(
            "contract_requiring_verification_published",
            f"no result yet for this content from {_versions(tuple(number for _, number in unverified))}",
        )
    reason = _why_changed(db, recorded, provider_id, content_id, before, sha, tags, format_name)
    if reason:
        yield Event("contract_content_changed", reason)


def _versions(numbers: tuple[str, ...]) -> str:
    return f"provider version{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


def _why_changed(
    db: Connection,
    recorded: Recorded,
    provider_id: int,
    content_id: int,
    before: Current | None,
    sha: str,
    tags: tuple[str, ...],
    format_name: str,
) -> str | None:
    """Why the content counts as changed; None if it does not. A version is compared with its line, not with time.

    Its lines are its tags, as in the Pact Broker; without tags, its branches; without either, all untagged versions.
    """
    if before is not None:
        return "the content of this version was modified" if before.sha != sha else None
    consumer_id, version_id = recorded.application.id, recorded.version.id
    for tag in tags:
        previous = events.previous_with_tag(db, consumer_id, provider_id, version_id, tag, format_name)
        if previous is None:
            return f"the first version with a contract and the tag {tag}"
        if previous != content_id:
            return f"the content differs from the previous version with the tag {tag}"
    branches = () if tags else events.previous_on_branches(db, provider_id, version_id, format_name)
    for branch, previous in branches:
        if previous is None:
            return f"the first version with a contract on the branch {branch}"
        if previous != content_id:
            return f"the content differs from the previous version on the branch {branch}"
    if tags or branches:
        return None
    previous = events.previous_untagged(db, consumer_id, provider_id, version_id, format_name)
    if previous is None:
        return "the first untagged version with a contract"
    return "the content differs from the previous untagged version" if previous != content_id else None
