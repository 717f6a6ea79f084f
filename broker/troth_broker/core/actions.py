"""What can be done about a no, and what the facts are once it is done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from troth_broker.core.evidence import newest, newest_evolutions
from troth_broker.core.facts import (
    Application,
    Comparison,
    Evolution,
    Facts,
    Meeting,
    OnBranch,
    Placed,
    Provided,
    Publication,
    Result,
    Tagged,
    Version,
)
from troth_broker.core.question import Wanted

NEW = 1 << 62
"""Ids from here on belong to things that do not exist yet."""
NEW_MAIN_BRANCH = "a new main branch"
"""What the main branch of an application without one is taken to be: a branch on which nothing is yet."""
_EACH = 1 << 16


@dataclass(frozen=True, slots=True)
class Verify:
    """Verify a provider's version against the contract of a consumer's version; `awaited` if that was asked for.

    `whole` if it was verified against a part of it.
    """

    content: int
    consumer_version: int
    provider_version: int
    awaited: bool = False
    whole: bool = False


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


@dataclass(frozen=True, slots=True)
class Provide:
    """Publish, for a provider's version, a contract that serves what a consumer's version uses.

    `awaited` if what is there only has to be compared yet.
    """

    content: int
    consumer_version: int
    provider_version: int
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Publish, for a provider's version, a contract that keeps what another version offers."""

    application: int
    version: int
    against: int


@dataclass(frozen=True, slots=True)
class CompareAgain:
    """Have a contract of a consumer's version compared once more with what a provider's version publishes."""

    content: int
    consumer_version: int
    provider_version: int


@dataclass(frozen=True, slots=True)
class LookBackAgain:
    """Have what a provider's version publishes compared once more with what another version publishes."""

    application: int
    version: int
    against: int


Action = Verify | Mend | Provide | Keep | CompareAgain | LookBackAgain | Place | PublishContract


def apply_all(actions: Iterable[Action], facts: Facts) -> Facts:
    """The facts once every action is done, in order, and went well."""
    return reduce(lambda done, action: apply(action, done), actions, facts)


def apply(action: Action, facts: Facts) -> Facts:
    """The facts once the action is done and went well."""
    match action:
        case Verify() | Mend():
            number = max((result.number for result in facts.results if result.number >= NEW), default=NEW) + 1
            passed = Result(number, action.content, action.provider_version, success=True, at=facts.now)
            return facts.with_(results=(passed,))
        case Provide():
            return _provide(action, facts)
        case CompareAgain():
            return _compare_again(action, facts)
        case Keep(_, version, against) | LookBackAgain(_, version, against):
            return _keep(version, against, facts)
        case PublishContract(version, consumer, provider):
            published = [one for one in facts.publications if (one.version, one.provider) == (version, provider)]
            revision = max((one.revision for one in published), default=0) + 1
            key = max((one.id for one in facts.publications if one.id >= NEW), default=NEW) + 1
            return facts.with_(publications=(Publication(key, version, consumer, provider, key, revision),))
        case Place():
            return _place(action, facts)


def _provide(action: Provide, facts: Facts) -> Facts:
    """The version's documents are new ones: they serve the content, and towards all others are as they were."""
    version = action.provider_version
    mine = [one for one in facts.provided if one.version == version]
    owner = next((one.application for one in facts.versions if one.id == version), owner_of_new(version))
    stay = tuple(one for one in facts.provided if one.version != version)
    used = {one.provider_content for one in facts.provided} | {one.provider_content for one in facts.comparisons}
    first = max((key for key in used if key >= NEW), default=NEW) + 1
    renamed = {key: first + index for index, key in enumerate(dict.fromkeys(one.provider_content for one in mine))}
    fresh = tuple(replace(one, provider_content=renamed[one.provider_content]) for one in mine)
    if not fresh:
        fresh = (Provided(version, owner, first),)
    kept = [one for (content, _), one in newest(facts.comparisons).items() if content != action.content]
    copied = (
        replace(one, provider_content=renamed[one.provider_content]) for one in kept if one.provider_content in renamed
    )
    passing = (
        Comparison(NEW, action.content, key, "", success=True, judged=1, at=facts.now)
        for key in dict.fromkeys(one.provider_content for one in fresh)
    )
    evolved = (
        replace(one, reader=renamed.get(one.reader, one.reader), writer=renamed.get(one.writer, one.writer))
        for one in newest_evolutions(facts.evolutions).values()
        if renamed.keys() & {one.reader, one.writer}
    )
    return replace(
        facts,
        provided=(*stay, *fresh),
        comparisons=(*facts.comparisons, *copied, *passing),
        evolutions=(*facts.evolutions, *evolved),
    )


def _compare_again(action: CompareAgain, facts: Facts) -> Facts:
    """What could not be compared passes."""
    documents = {one.provider_content for one in facts.provided if one.version == action.provider_version}
    failed = (
        one
        for (content, document), one in newest(facts.comparisons).items()
        if content == action.content and document in documents and one.error is not None
    )
    first = max((one.id for one in facts.comparisons if one.id >= NEW), default=NEW) + 1
    passing = (
        Comparison(key, one.content, one.provider_content, one.checker, success=True, judged=1, at=facts.now)
        for key, one in enumerate(failed, first)
    )
    return facts.with_(comparisons=passing)


def _keep(version: int, against: int, facts: Facts) -> Facts:
    """The version's documents accept what the other's may write, and the other way round."""
    mine, theirs = (
        {(one.format, one.name): one.provider_content for one in facts.provided if one.version == key}
        for key in (version, against)
    )
    pairs = [(mine[subject], theirs[subject]) for subject in mine.keys() & theirs.keys()]
    key = max((one.id for one in facts.evolutions if one.id >= NEW), default=NEW) + 1
    meetings = (one for new, old in pairs for one in (Meeting(new, old, "writer"), Meeting(old, new, "reader")))
    kept = (Evolution(key, *one, success=True) for one in meetings)
    return replace(facts, evolutions=(*facts.evolutions, *kept))


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
