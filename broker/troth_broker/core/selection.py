"""Which pacts a provider is given to verify: selectors applied to how each consumer version stands.

After pact_broker_api 4.3 and 4.4. The facts are candidates: a pact together with one way in which its consumer version
stands (head of a branch, latest with a tag, deployed somewhere …). A store may load only those candidates that `needs`
names; the answer is the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from troth_broker.core.selectors import Selector


class Stands(StrEnum):
    """How a consumer version stands."""

    HEAD = "head"  # of the named branch
    TAG_HEAD = "tag-head"  # newest version with the named tag
    TAGGED = "tagged"  # carries the named tag, but a newer version does too
    NEWEST = "newest"  # newest version with a pact for the provider
    DEPLOYED = "deployed"  # runs in the named environment
    SUPPORTED = "supported"  # released to the named environment, and supported there


class Why(StrEnum):
    """What a selector meant when it selected a version."""

    LATEST = "latest"
    LATEST_TAG = "latest-tag"
    TAG = "tag"
    BRANCH = "branch"
    MAIN_BRANCH = "main-branch"
    MATCHING_BRANCH = "matching-branch"
    DEPLOYED = "deployed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Pact:
    """The current publication of one consumer version for the provider."""

    content_id: int
    sha: str
    consumer: str
    version_id: int
    """The version's place in the order of the consumer's versions."""
    version: str
    published_at: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pact, and one way in which its consumer version stands."""

    pact: Pact
    stands: Stands
    name: str = ""
    """The branch, tag or environment."""
    main: bool = False
    """For a head: the branch is the consumer's main branch."""
    instance: str | None = None
    """For a deployment: the application instance."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer that is integrated with the provider, as far as the default selectors care."""

    name: str
    main_branch: str | None = None
    has_main_head: bool = False
    has_main_tag: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pact was selected: what the selector meant, with the version that it found."""

    why: Why
    name: str
    version: str
    instance: str | None = None
    fallback_for: str | None = None
    """The branch or tag that the selector asked for first, and that nobody had."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A content to be verified: its newest selected publication and every reason."""

    pact: Pact
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """Which candidates a selection looks at; everything else cannot change its answer."""

    main_branches: bool = False
    every_branch: bool = False
    branches: frozenset[str] = frozenset()
    tag_heads: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    newest: bool = False
    deployed: bool = False
    supported: bool = False


def default_selectors(consumers: Iterable[Consumer]) -> tuple[Selector, ...]:
    """What is verified when nobody selects: each consumer's main line, and everything that is live."""
    return (*map(_main_line, consumers), Selector(deployed=True), Selector(released=True))


def _main_line(consumer: Consumer) -> Selector:
    if consumer.main_branch and consumer.has_main_head:
        return Selector(consumer=consumer.name, main_branch=True)
    if consumer.main_branch and consumer.has_main_tag:
        return Selector(consumer=consumer.name, tag=consumer.main_branch, latest=True)
    return Selector(consumer=consumer.name, latest=True)


def needs(selectors: Iterable[Selector]) -> Needs:
    """The candidates that these selectors look at."""
    found = Needs()
    for selector in selectors:
        tags = {name for name in (selector.tag, selector.fallback_tag) if name is not None}
        branches = {name for name in (selector.branch, selector.fallback_branch) if name is not None}
        found = Needs(
            main_branches=found.main_branches or selector.main_branch,
            every_branch=found.every_branch or selector.every_branch,
            branches=found.branches | branches,
            tag_heads=found.tag_heads | (tags if selector.latest else set()),
            tags=found.tags | (set() if selector.latest else tags),
            newest=found.newest or (selector.latest and selector.tag is None),
            deployed=found.deployed or selector.deployed,
            supported=found.supported or selector.released,
        )
    return found


def select(selectors: Sequence[Selector], candidates: Iterable[Candidate]) -> tuple[Selected, ...]:
    """The contents to verify, by consumer name and then version order."""
    index = _Index(candidates, by_consumer=any(selector.consumer is not None for selector in selectors))
    picked: list[tuple[Pact, Reason]] = []
    fallen_back: list[tuple[Pact, Reason]] = []
    for selector in selectors:
        found = list(_pick(selector, index))
        picked += found
        if not found:
            fallen_back += _fall_back(selector, index)
    return merge([*picked, *fallen_back])


def merge(picked: Iterable[tuple[Pact, Reason]]) -> tuple[Selected, ...]:
    """One entry per content: its publication by the newest version, and all reasons once, in the order they came."""
    newest: dict[int, Pact] = {}
    reasons: dict[int, dict[Reason, None]] = {}
    for pact, reason in picked:
        known = newest.get(pact.content_id)
        if known is None or pact.version_id > known.version_id:
            newest[pact.content_id] = pact
        reasons.setdefault(pact.content_id, {})[reason] = None
    merged = (Selected(pact, tuple(reasons[content])) for content, pact in newest.items())
    return tuple(sorted(merged, key=lambda selected: (selected.pact.consumer, selected.pact.version_id)))


class _Index:
    """Candidates by how they stand; also by consumer, because by default each consumer has a selector of its own."""

    def __init__(self, candidates: Iterable[Candidate], by_consumer: bool) -> None:
        self._found: dict[tuple[object, str | None], list[Candidate]] = {}
        for candidate in candidates:
            for stands in _places(candidate):
                self._found.setdefault((stands, None), []).append(candidate)
                if by_consumer:
                    self._found.setdefault((stands, candidate.pact.consumer), []).append(candidate)

    def find(self, stands: object, name: str | None, consumer: str | None) -> Iterator[Candidate]:
        """The candidates that stand so, by that name (or any), of that consumer (or any)."""
        return (one for one in self._found.get((stands, consumer), ()) if name is None or one.name == name)


def _places(candidate: Candidate) -> tuple[object, ...]:
    if candidate.main:
        return candidate.stands, "main"
    if candidate.stands is Stands.TAG_HEAD:
        return Stands.TAG_HEAD, Stands.TAGGED  # the newest version with a tag carries it, too
    return (candidate.stands,)


def _pick(selector: Selector, index: _Index) -> Iterator[tuple[Pact, Reason]]:
    for why, stands, name in _meanings(selector):
        for candidate in index.find(stands, name, selector.consumer):
            yield candidate.pact, _reason(why, candidate)


def _meanings(selector: Selector) -> Iterator[tuple[Why, object, str | None]]:
    if selector.main_branch:
        yield Why.MAIN_BRANCH, "main", None
    elif selector.every_branch:
        yield Why.BRANCH, Stands.HEAD, None
    elif selector.branch is not None:
        yield Why.MATCHING_BRANCH if selector.matching else Why.BRANCH, Stands.HEAD, selector.branch
    elif selector.tag is not None and selector.latest:
        yield Why.LATEST_TAG, Stands.TAG_HEAD, selector.tag
    elif selector.tag is not None:
        yield Why.TAG, Stands.TAGGED, selector.tag
    elif selector.latest:
        yield Why.LATEST, Stands.NEWEST, None
    if selector.deployed:
        yield Why.DEPLOYED, Stands.DEPLOYED, selector.environment
    if selector.released:
        yield Why.RELEASED, Stands.SUPPORTED, selector.environment


def _reason(why: Why, candidate: Candidate) -> Reason:
    return Reason(why, candidate.name, candidate.pact.version, instance=candidate.instance)


def _fall_back(selector: Selector, index: _Index) -> Iterator[tuple[Pact, Reason]]:
    """What stands in when the selector's branch or tag brought no pact at all, from any consumer it speaks of."""
    if selector.fallback_branch is not None and selector.branch is not None:
        instead, asked = replace(selector, branch=selector.fallback_branch, matching=False), selector.branch
    elif selector.fallback_tag is not None and selector.tag is not None:
        instead, asked = replace(selector, tag=selector.fallback_tag), selector.tag
    else:
        return
    for pact, reason in _pick(instead, index):
        yield pact, replace(reason, fallback_for=asked)
