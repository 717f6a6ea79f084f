"""What a provider's new version owes to its versions that run in the target: its documents against theirs.

Asked even where no consumer has a contract. Without a policy a change that breaks is only warned of; a policy that
names a mode makes it a no.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from troth_broker.core.evidence import newest_evolutions
from troth_broker.core.facts import Evolution, Facts, Meeting, Provided
from troth_broker.core.policy import Rules, newest_of_scopes, strictest
from troth_broker.core.resolve import Scope
from troth_broker.core.telling_apart import Told, Users
from troth_schemas.options import Mode

UNLESS_SAID: Mode = "BACKWARD"
"""What is looked at where no policy names a mode."""


@dataclass(frozen=True, slots=True)
class Step:
    """A document of a version in question against the same document of a version that runs in the target."""

    application: int
    version: int
    against: int
    format: str
    name: str
    mode: Mode
    success: bool | None
    blocks: bool
    """Whether a policy makes it count."""
    evolutions: tuple[Evolution, ...] = ()
    missing: tuple[Meeting, ...] = ()
    """What nobody has compared yet."""
    breaking: int = 0
    """How many findings break it; those that no known consumer uses are left out."""
    unused: int = 0
    """How many breaking findings no known consumer uses."""
    coverage: tuple[int, ...] = ()
    """The consumers of which that is known."""

    def due(self, checker: str) -> tuple[Meeting, ...]:
        """What this version of the checker is to compare: what nobody has, then what it is asked for by name."""
        return self.missing + tuple(one.meeting for one in self.evolutions if one.asked_of == checker)

    @property
    def checkers(self) -> tuple[str, ...]:
        """The versions of the checkers that said it."""
        return tuple(dict.fromkeys(one.checker for one in self.evolutions))

    @property
    def error(self) -> str | None:
        """Why documents could not be compared at all, where one could not."""
        return next((one.error for one in self.evolutions if one.error is not None), None)

    @property
    def only_errored(self) -> bool:
        """Whether nothing but an error keeps it from a yes."""
        return self.error is not None and not self.missing and all(one.error or one.success for one in self.evolutions)


def steps(scope: Scope, facts: Facts) -> tuple[Step, ...]:
    """Every document that changes in the target, in the order of the versions in question."""
    target = scope.question.target
    if target is None or target.environment is None or not facts.provided:
        return ()
    if any(chosen.wanted.everything for chosen in scope.chosen):
        return ()
    known = newest_evolutions(facts.evolutions)
    policies = newest_of_scopes(facts.policies)
    rules = strictest(one for one in policies if one.environment == target.environment)
    users = Users(facts, target.environment)
    found = []
    for chosen in scope.specified:
        if chosen.version is None or chosen.ignored:
            continue
        owner, version = chosen.application.id, chosen.version.id
        placed = {
            one.version for one in facts.placed if (one.application, one.environment) == (owner, target.environment)
        }
        running = placed - {version} - scope.disregard.versions
        for new, old, mode, blocks in _changes(facts.provided, version, running, chosen.application.name, rules):
            meetings = tuple(_meetings(new.provider_content, old.provider_content, mode))
            said = tuple(known[one] for one in meetings if one in known)
            missing = tuple(one for one in meetings if one not in known)
            told = [users.tell(one, old) if one.older == "writer" else Told(one.breaking) for one in said]
            breaking, unused = sum(one.used for one in told), sum(one.unused for one in told)
            coverage = tuple(dict.fromkeys(name for one in told for name in one.coverage))
            success = _verdict(said, missing, breaking, unused)
            about = (owner, version, old.version, new.format, new.name, mode)
            found.append(Step(*about, success, blocks, said, missing, breaking, unused, coverage))
    return tuple(dict.fromkeys(found))


def _changes(
    provided: Iterable[Provided], version: int, placed: set[int], application: str, rules: Rules
) -> Iterator[tuple[Provided, Provided, Mode, bool]]:
    """Documents of a version with what stands in their place in the versions that run: the newest, or all of them.

    With the mode of each document, and whether a policy names it.
    """
    mine = {(one.format, one.name): one for one in provided if one.version == version}
    theirs = sorted(
        (one for one in provided if one.version in placed and (one.format, one.name) in mine),
        key=lambda one: (one.format, one.name, -one.version),
    )
    for subject, group in groupby(theirs, key=lambda one: (one.format, one.name)):
        olds = list(group)
        said = rules.mode_of("/".join((application, *filter(None, subject))))
        mode = said or UNLESS_SAID
        if mode == "NONE":
            continue
        for old in olds if mode.endswith("_TRANSITIVE") else olds[:1]:
            if old.provider_content != mine[subject].provider_content:
                yield mine[subject], old, mode, said is not None


def _meetings(new: int, old: int, mode: Mode) -> Iterator[Meeting]:
    """What a mode asks about: the new one reads what the old one wrote, the old one what the new one writes."""
    direction = mode.removesuffix("_TRANSITIVE")
    if direction in ("BACKWARD", "FULL"):
        yield Meeting(new, old, "writer")
    if direction in ("FORWARD", "FULL"):
        yield Meeting(old, new, "reader")


def _verdict(said: tuple[Evolution, ...], missing: tuple[Meeting, ...], breaking: int, unused: int) -> bool | None:
    if breaking or any(one.success is False and not one.breaking for one in said):
        return False
    if missing or any(one.success is None or (unused and one.not_covered) for one in said):
        return None
    return True
