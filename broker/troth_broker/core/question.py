"""A question to the matrix: which versions, beside which counterparts, judged how (pact_broker_api 6.1)."""

from dataclasses import dataclass
from typing import Literal

LatestBy = Literal["cvpv", "cvp", "cp"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which versions of an application are meant. With nothing set: all of them."""

    version: str | None = None
    latest: bool = False
    tag: str | None = None
    branch: str | None = None
    environment: str | None = None
    main_branch: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing narrows the versions."""
        return not (self.version or self.latest or self.tag or self.branch or self.environment or self.main_branch)


EVERYTHING = Wanted()
"""All versions."""


@dataclass(frozen=True, slots=True)
class Selector:
    """An application that the question names, and which of its versions it means."""

    application: str
    wanted: Wanted = EVERYTHING


@dataclass(frozen=True, slots=True)
class Ignored:
    """An application, or one version of it, whose rows are to be disregarded."""

    application: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    `target` says which versions count of counterparts that are not named; `limit` cuts only what is shown.
    """

    selectors: tuple[Selector, ...]
    target: Wanted | None = None
    latestby: LatestBy | None = None
    success: frozenset[bool | None] | None = None
    ignored: tuple[Ignored, ...] = ()
    limit: int | None = None

    @property
    def whole_histories(self) -> bool:
        """Whether any application is meant in all its versions: what is listed then is judged by no policy."""
        return any(selector.wanted.everything for selector in self.selectors)

    @property
    def collapse(self) -> LatestBy | None:
        """How rows are collapsed: with a target environment every live version counts, so `cvp` is taken as `cvpv`."""
        if self.latestby == "cvp" and self.target is not None and self.target.environment is not None:
            return "cvpv"
        return self.latestby
