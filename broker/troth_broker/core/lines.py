"""What follows by itself when a version gets a branch or a tag (pact_broker settings of the same names)."""

from dataclasses import dataclass

from troth_broker.core.times import SECOND


@dataclass(frozen=True, slots=True)
class LineRules:
    """The settings that say what a branch or a tag brings with it."""

    auto_detect_main_branch: bool = True
    main_branch_candidates: tuple[str, ...] = ("develop", "main", "master")
    use_first_tag_as_branch: bool = True
    first_tag_seconds: int = 10


def becomes_main_branch(rules: LineRules, line: str, main_branch: str | None) -> bool:
    """Whether a branch or tag of this name makes it the main branch of an application that has none."""
    return rules.auto_detect_main_branch and main_branch is None and line in rules.main_branch_candidates


def tag_becomes_branch(rules: LineRules, *, first: bool, has_branch: bool, version_created_at: int, now: int) -> bool:
    """Whether a tag also makes a branch: the first tag of a branchless version, soon after the version was made."""
    fresh = now - version_created_at <= rules.first_tag_seconds * SECOND
    return rules.use_first_tag_as_branch and first and not has_branch and fresh
