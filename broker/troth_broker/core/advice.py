"""Actions and obstacles in words, for people who want a yes."""

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from troth_broker.core.actions import (
    NEW,
    Action,
    CompareAgain,
    Keep,
    LookBackAgain,
    Mend,
    Place,
    Provide,
    PublishContract,
    Verify,
    owner_of_new,
)
from troth_broker.core.blockers import (
    Blocker,
    Breaking,
    Class,
    Failing,
    NoRow,
    Regressing,
    UnknownVersion,
    Unproved,
)
from troth_broker.core.contract_documents import word_of
from troth_broker.core.evidence import ALL, Static
from troth_broker.core.evolving import Step
from troth_broker.core.facts import Facts, Part, Request
from troth_broker.core.question import Wanted
from troth_broker.core.times import iso
from troth_broker.core.verdict import Lack, replayable
from troth_schemas.pairs import comparable


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the applications and versions that actions and obstacles name by id."""

    applications: Mapping[int, str]
    versions: Mapping[int, str]
    owners: Mapping[int, int]
    coming: Mapping[int, str] = field(default_factory=dict)
    """The number that an application's one new version is asked to have."""

    @classmethod
    def of(cls, facts: Facts, numbers: Mapping[int, str], actions: Iterable[Action] = ()) -> "Names":
        """The names in the facts, more version numbers, and those that actions bring."""
        made = [one for one in actions if isinstance(one, Place) and one.version is None]
        new = Counter(one.application for one in made)
        return cls(
            {one.id: one.name for one in facts.applications},
            {**numbers, **{one.id: one.number for one in facts.versions}},
            {one.id: one.application for one in facts.versions},
            {one.application: one.where.version for one in made if one.where.version and new[one.application] == 1},
        )

    def application(self, key: int) -> str:
        """The name of an application."""
        return self.applications.get(key, "?")

    def number(self, key: int | None) -> str | None:
        """The number of a version; None for one that does not exist yet."""
        return None if key is None or key >= NEW else self.versions.get(key)

    def owner(self, key: int) -> int:
        """The application of a version, existing or not."""
        return owner_of_new(key) if key >= NEW else self.owners.get(key, 0)

    def version(self, application: int, key: int | None) -> str:
        """A version as people call it."""
        number = self.number(key) or (self.coming.get(application) if key is not None and key >= NEW else None)
        name = self.application(application)
        return f"a new version of {name}" if number is None else f"{name} {number}"


def kind_of(action: Action) -> str:
    """What an action is called on the wire."""
    match action:
        case Verify(awaited=awaited):
            return "await-verification" if awaited else "verify"
        case Mend():
            return "mend"
        case Provide(awaited=awaited):
            return "await-comparison" if awaited else "publish-provider-contract"
        case Keep():
            return "keep-compatible"
        case CompareAgain() | LookBackAgain():
            return "recompare"
        case PublishContract():
            return "publish-contract"
        case Place(_, _, where):
            return "deploy" if where.environment is not None else "tag" if where.tag is not None else "publish"
        case _:
            assert_never(action)


def action_words(action: Action, names: Names) -> str:
    """What to do, as one instruction."""
    match action:
        case Verify() | Mend() | Provide() | CompareAgain():
            return _words_between(action, names)
        case Keep(application, version, against):
            kept = names.version(application, against)
            return f"publish a contract of {names.version(application, version)} that keeps what {kept} offers"
        case LookBackAgain(application, version, against):
            now, before = names.version(application, version), names.version(application, against)
            again = recompare_words(names, application)
            return f"compare what {now} publishes once more with what {before} publishes: {again}"
        case PublishContract(version, consumer, provider):
            return f"publish a contract of {names.version(consumer, version)} with {names.application(provider)}"
        case Place():
            return _place_words(action, names)
        case _:
            assert_never(action)


def _words_between(action: Verify | Mend | Provide | CompareAgain, names: Names) -> str:
    """What to do between two versions."""
    consumer, provider = names.owner(action.consumer_version), names.owner(action.provider_version)
    contract, prover = (
        names.version(consumer, action.consumer_version),
        names.version(provider, action.provider_version),
    )
    match action:
        case Verify(awaited=True):
            return f"wait until {prover} is verified against the contract of {contract}"
        case Verify(content) if content >= NEW:
            return f"verify {prover} against that contract"
        case Verify(whole=True):
            return f"verify {prover} against the whole contract of {contract}"
        case Verify():
            return f"verify {prover} against the contract of {contract}"
        case Mend():
            return f"mend what fails between {contract} and {prover}, publish it and verify it"
        case Provide(awaited=True):
            return f"wait until what {prover} publishes is compared with the contract of {contract}"
        case Provide():
            return f"publish a contract of {prover} that keeps what {contract} uses"
        case CompareAgain():
            again = recompare_words(names, provider, consumer)
            return f"compare the contract of {contract} once more with what {prover} publishes: {again}"
        case _:
            assert_never(action)


def recompare_words(names: Names, provider: int, consumer: int | None = None) -> str:
    """How to have something compared once more, as the end of an instruction."""
    sides = [] if consumer is None else ["--consumer", names.application(consumer)]
    command = shlex.join(["troth", "recompare", *sides, "--provider", names.application(provider)])
    return f"`{command}`, or publish the document mended that the error names"


def _place_words(action: Place, names: Names) -> str:
    what, where = names.version(action.application, action.version), action.where
    instead = names.number(action.replaces)
    replacing = f" in place of {instead}" if instead is not None else ""
    if action.version is None and where.version is not None:
        what = f"{names.application(action.application)} {where.version}"
    if where.environment is not None:
        return f"deploy {what} to {where.environment}{replacing}"
    if where.tag is not None:
        return f"tag {what} with {where.tag}{replacing}"
    return f"publish {what}{_line_words(where)}"


def _line_words(where: Wanted) -> str:
    if where.branch is not None:
        return f" on branch {where.branch}"
    return " on the main branch" if where.main_branch else ""


def _request_words(asked: Request) -> str:
    often = "once" if asked.times == 1 else f"{asked.times} times"
    since = f"asked {often}, first at {iso(asked.since)}" if asked.times > 1 else f"asked at {iso(asked.since)}"
    if not asked.reached:
        return f"{since}, but no call reached anybody; the webhook's log says why"
    return f"{since}; the result is due" if asked.expected else f"{since}; nobody answered, and nobody is asked again"


def blocker_words(blocker: Blocker, names: Names, target: str) -> str:
    """What stands in the way, as one clause. `target` says where the counterpart should be."""
    match blocker:
        case UnknownVersion(chosen):
            wanted = chosen.wanted.version
            which = f"version {wanted}" if wanted else "such version"
            return f"{chosen.application.name} has no {which}"
        case Failing():
            return "the verification failed"
        case Breaking(_, evidence):
            return _breaking_words(evidence.static)
        case Unproved(asked=Request() as asked):
            return _request_words(asked)
        case Unproved(_, _, Class.NOT_DEPLOYED):
            provider = names.application(blocker.publication.provider)
            return f"no version of {provider} is in {target}" if target else f"there is no version of {provider}"
        case Unproved():
            return _lack_words(blocker, names)
        case Regressing(step):
            return evolution_words(step, names)
        case NoRow(_, _, _, True):
            return "the filter leaves no row to judge by"
        case NoRow(consumer, provider, _, _):
            return f"{names.application(consumer)} has published no contract with {names.application(provider)}"
        case _:
            assert_never(blocker)


def evolution_words(step: Step, names: Names, finding: str | None = None) -> str:
    """What a document owes to one that runs, as one clause, with the first finding if it is known."""
    what = f"{step.format} document {step.name}".rstrip()
    old = names.version(step.application, step.against)
    if step.success is False:
        found = f"its {what} breaks {step.mode} compatibility with {old}"
        if finding is None:
            return found
        return f"{found}: {finding}" + (f" (and {step.breaking - 1} more)" if step.breaking > 1 else "")
    if step.error is not None:
        return f"its {what} could not be compared with {old}'s: {step.error}"
    if step.missing:
        return f"its {what} is still to be compared with {old}'s"
    return f"its {what} could not be compared with {old}'s in full"


def _breaking_words(static: Static | None) -> str:
    breaking = static.breaking if static else 0
    if breaking:
        return f"the comparison finds {breaking} breaking {'difference' if breaking == 1 else 'differences'}"
    risky = static.risky if static else 0
    return (
        f"the comparison finds {risky} risky {'difference' if risky == 1 else 'differences'}, which the policy blocks"
    )


def _lack_words(blocker: Unproved, names: Names) -> str:
    """What is lacking, as one clause."""
    static = blocker.evidence.static if blocker.evidence else None
    match blocker.lack:
        case Lack.REPLAY:
            return "no verification was ever triggered"
        case Lack.PART:
            return part_words(blocker.parts[0])
        case Lack.STALE:
            at = blocker.evidence.replay.at if blocker.evidence and blocker.evidence.replay else 0
            return f"verified at {iso(at)}, which is longer ago than the policy allows"
        case Lack.NOTHING:
            return f"{_provers(blocker, names)} publishes nothing that the contract could be compared with"
        case Lack.PENDING:
            return "the comparison is due"
        case Lack.ERRORED:
            return f"the comparison could not be made: {static.error if static else 'nothing is known'}"
        case Lack.NOT_COVERED:
            return _gap_words(static, blocker.publication.format)
        case _:
            assert_never(blocker.lack)


def part_words(part: Part) -> str:
    """What a replay of a part amounts to, as one clause that names what was not observed."""
    left = part.skipped - len(part.unobserved)
    named = ", ".join(one.interaction for one in part.unobserved) + (f" and {left} more" if left else "")
    return f"replayed in part: {part.extent} interactions passed, {part.skipped} could not be observed ({named})"


def _gap_words(static: Static | None, kind: str) -> str:
    if not comparable(kind):
        nothing = f"nothing compares contracts of the format {word_of(kind)}"
        return f"the policy asks for a comparison, and {nothing}" if replayable(kind) else f"{nothing}, or replays them"
    if static is not None and not static.comparisons:
        return "the provider's version publishes nothing that a contract of this format is compared with"
    if static is None or not static.judged or static.unjudged == (ALL,):
        return "the comparison could not judge anything"
    gaps = static.not_covered
    return f"the comparison could not judge {gaps} {'thing' if gaps == 1 else 'things'}"


def _provers(blocker: Unproved, names: Names) -> str:
    provider = blocker.publication.provider
    if not blocker.versions:
        return names.application(provider)
    return names.version(provider, blocker.versions[0])
