"""What can be done about a no, and what the facts are once it is done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from troth_broker.core.facts import Application, Facts, OnBranch, Placed, Publication, Result, Tagged, Version
from troth_broker.core.question import Wanted

NEW = 1 << 62
"""Ids from here on belong to things that do not exist yet."""
NEW_MAIN_BRANCH = "a new main branch"
"""What the main branch of an application without one is taken to be: a branch on which nothing is yet."""
_EACH = 1 << 16


@dataclass(frozen=True, slots=True)
class Verify:
    """Verify a provider's version against the contract of a consumer's version; `awaited` if that was asked for."""

    content: int
    consumer_version: int
    provider_version: int
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class Mend:
    """Change either side of a failing pair, publish it, and verify it anew."""

    content: int
    consumer_version: int
    provider_version: int


@dataclass(frozen=True, slots=True)
class Place:
    """Bring a version to where it is wanted: deploy it, tag it or publish it. Without a version a new one is meant.

    `replaces` names the version that it takes the place of.
    """

    application: int
    version: int | None
    where: Wanted
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class PublishContract:
    """Publish a contract of a consumer's version with a provider."""

    consumer_version: int
    consumer: int
    provider: int


Action = Verify | Mend | Place | PublishContract


def apply_all(actions: Iterable[Action], facts: Facts) -> Facts:
    """The facts once every action is done, in order, and went well."""
    return reduce(lambda done, action: apply(action, done), actions, facts)


def apply(action: Action, facts: Facts) -> Facts:
    """The facts once the action is done and went well."""
    match action:
        case Verify() | Mend():
            number = max((result.number for result in facts.results if result.number >= NEW), default=NEW) + 1
            return facts.with_(results=(Result(number, action.content, action.provider_version, success=True),))
        case PublishContract(version, consumer, provider):
            published = [one for one in facts.publications if (one.version, one.provider) == (version, provider)]
            revision = max((one.revision for one in published), default=0) + 1
            key = max((one.id for one in facts.publications if one.id >= NEW), default=NEW) + 1
            return facts.with_(publications=(Publication(key, version, consumer, provider, key, revision),))
        case Place():
            return _place(action, facts)


def owner_of_new(version: int) -> int:
    """The application of a version that does not exist yet."""
    return (version - NEW) // _EACH


def new_version(facts: Facts, application: int) -> int:
    """The id that the next version of an application gets when it is placed."""
    return NEW + application * _EACH + sum(one.application == application and one.id >= NEW for one in facts.versions)


def _place(action: Place, facts: Facts) -> Facts:
    key, where = action.version, action.where
    if key is None:
        key = new_version(facts, action.application)
        facts = facts.with_(versions=(Version(key, action.application, where.version or f"new-{key - NEW}"),))
    if where.main_branch:
        facts, branch = _main_branch(facts, action.application)
        facts = _join(facts, action.application, key, branch)
    if where.branch is not None:
        facts = _join(facts, action.application, key, where.branch)
    if where.tag is not None:
        facts = facts.with_(tags=(Tagged(key, action.application, where.tag),))
    if where.environment is not None:
        facts = _deploy(facts, action.application, key, where.environment, action.replaces)
    return facts


def _main_branch(facts: Facts, application: int) -> tuple[Facts, str]:
    found = next(one for one in facts.applications if one.id == application)
    if found.main_branch is not None:
        return facts, found.main_branch
    changed = tuple(
        Application(one.id, one.name, NEW_MAIN_BRANCH) if one.id == application else one for one in facts.applications
    )
    return replace(facts, applications=changed), NEW_MAIN_BRANCH


def _join(facts: Facts, application: int, version: int, branch: str) -> Facts:
    others = tuple(
        replace(on, head=False) if (on.application, on.branch) == (application, branch) else on for on in facts.branches
    )
    return replace(facts, branches=(*others, OnBranch(version, application, branch, head=True)))


def _deploy(facts: Facts, application: int, version: int, environment: str, replaces: int | None) -> Facts:
    """Where a version is replaced, the new one takes all its places; else it takes the place without an instance."""

    def gives_way(placed: Placed) -> bool:
        if (placed.application, placed.environment) != (application, environment):
            return False
        return placed.version == replaces if replaces is not None else placed.instance is None and not placed.released

    gone = [placed for placed in facts.placed if gives_way(placed)]
    stay = tuple(placed for placed in facts.placed if not gives_way(placed))
    taken = tuple(replace(placed, version=version) for placed in gone) if replaces is not None else ()
    return replace(facts, placed=(*stay, *(taken or (Placed(version, application, environment),))))
