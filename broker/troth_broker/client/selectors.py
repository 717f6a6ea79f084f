"""What a question to the gate or the matrix names: versions of applications, and where they are to go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Selector:
    """Versions of one application: a number, the newest of something, or all that carry a tag or are on a branch."""

    application: str
    version: str | None = None
    latest: bool = False
    tag: str | None = None
    branch: str | None = None
    main_branch: bool = False
    environment: str | None = None

    @property
    def words(self) -> str:
        """The selector as people say it."""
        if self.version is not None:
            return f"{self.application} {self.version}"
        kinds = (
            (self.tag is not None, f"with tag {self.tag}"),
            (self.branch is not None, f"from branch {self.branch}"),
            (self.main_branch, "from its main branch"),
            (self.environment is not None, f"in {self.environment}"),
        )
        told = [words for applies, words in kinds if applies]
        return " ".join([self.application, *(["latest"] if self.latest else []), *told])


@dataclass(frozen=True, slots=True)
class Ignore:
    """What a decision leaves out: an application, or one version of it."""

    application: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where the asked versions are to go; with nothing set, beside the newest version of everything else."""

    environment: str | None = None
    tag: str | None = None
    main_branch: bool = False

    @property
    def words(self) -> str | None:
        """The target as people say it; None if there is none."""
        if self.environment is not None:
            return self.environment
        if self.tag is not None:
            return f"tag {self.tag}"
        return "main branches" if self.main_branch else None


def question(
    selectors: tuple[Selector, ...], target: Target, ignore: Iterable[Ignore] = (), limit: int | None = None
) -> list[tuple[str, str]]:
    """The query of ``GET /matrix`` that asks whether these versions may go to the target.

    Of a branch the newest version is asked about, as every Pact client does.
    """
    one = len(selectors) == 1
    query = [pair for selector in selectors for pair in _selector(_newest(selector))]
    query.append(("latestby", "cvp" if one and target.environment is None else "cvpv"))
    if target.environment is not None:
        query.append(("environment", target.environment))
    elif target.tag is not None:
        query += [("latest", "true"), ("tag", target.tag)]
    elif target.main_branch:
        query += [("latest", "true"), ("mainBranch", "true")]
    elif one:
        query.append(("latest", "true"))
    return query + _rest(ignore, limit)


def history(
    selectors: tuple[Selector, ...], latest_by: str | None, ignore: Iterable[Ignore] = (), limit: int | None = None
) -> list[tuple[str, str]]:
    """The query of ``GET /matrix`` that lists results, not asking about any target."""
    query = [pair for selector in selectors for pair in _selector(selector)]
    return query + ([("latestby", latest_by)] if latest_by else []) + _rest(ignore, limit)


def _newest(selector: Selector) -> Selector:
    on_branch = selector.branch is not None or selector.main_branch
    return replace(selector, latest=True) if on_branch and selector.version is None else selector


def _rest(ignore: Iterable[Ignore], limit: int | None) -> list[tuple[str, str]]:
    query = []
    for item in ignore:
        query.append(("ignore[][pacticipant]", item.application))
        if item.version is not None:
            query.append(("ignore[][version]", item.version))
    return query + ([("limit", str(limit))] if limit is not None else [])


def _selector(selector: Selector) -> Iterator[tuple[str, str]]:
    yield "q[][pacticipant]", selector.application
    if selector.version is not None:
        yield "q[][version]", selector.version
    if selector.latest:
        yield "q[][latest]", "true"
    if selector.tag is not None:
        yield "q[][tag]", selector.tag
    if selector.branch is not None:
        yield "q[][branch]", selector.branch
    if selector.main_branch:
        yield "q[][mainBranch]", "true"
    if selector.environment is not None:
        yield "q[][environment]", selector.environment


def for_verification(
    chosen: Sequence[Mapping[str, Any]], branch: str | None, tags: tuple[str, ...], pending: bool, wip_since: str | None
) -> dict[str, Any]:
    """What is POSTed to be told which contracts a provider should verify."""
    query: dict[str, Any] = {
        "consumerVersionSelectors": [dict(selector) for selector in chosen],
        "includePendingStatus": pending,
        "providerVersionTags": list(tags),
    }
    given = {"providerVersionBranch": branch, "includeWipPactsSince": wip_since}
    return query | {key: value for key, value in given.items() if value is not None}
