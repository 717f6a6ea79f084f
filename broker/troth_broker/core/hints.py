"""What else would help, beside the way to a yes, in words for people who want one."""

import shlex
from collections.abc import Iterable, Iterator

from troth_broker.core.advice import Names, recompare_words
from troth_broker.core.blockers import Blocker, Breaking, Class, Unproved
from troth_broker.core.contract_documents import word_of
from troth_broker.core.facts import Part, Publication
from troth_broker.core.policy import Policy, strictest
from troth_broker.core.verdict import Lack, replayable
from troth_schemas.pairs import comparable

_ASKING = "contract_requiring_verification_published"


def hints(blockers: Iterable[Blocker], names: Names, policies: Iterable[Policy] = ()) -> tuple[str, ...]:
    """What else would help, beside the way to a yes: that somebody is asked where nobody is, or that it is replayed.

    Where policies ask for what cannot be had, which word of theirs would do.
    """
    blockers, policies = tuple(blockers), tuple(policies)
    return (
        *_idle(blockers, names),
        *_unobserved(blockers, names, policies),
        *_replayable(blockers, names),
        *_comparable(blockers, names),
        *dict.fromkeys(_impossible(blockers, names, policies)),
    )


def _impossible(blockers: Iterable[Blocker], names: Names, policies: tuple[Policy, ...]) -> Iterator[str]:
    """Where policies ask for a kind of evidence that a format knows nothing of, what to change in them."""
    for blocker in blockers:
        if not isinstance(blocker, Unproved):
            continue
        one = blocker.publication
        governing = _governing(one, policies)
        needs, kind = strictest(governing).needs or frozenset(), one.format
        if blocker.lack is Lack.NOT_COVERED and "comparison" in needs and not comparable(kind):
            gap, rest = f"Nothing compares contracts of the format {word_of(kind)}", "a replay"
        elif blocker.lack is Lack.REPLAY and "replay" in needs and not replayable(kind):
            gap, rest = f"Contracts of the format {word_of(kind)} are replayed by plug-ins alone", "a comparison"
        else:
            continue
        commands = " and ".join(f"`{each}`" for each in _allowing(one, names, governing))
        yield f"{gap}; a policy that allows what is not covered goes by {rest}: {commands}."


def _governing(one: Publication, policies: Iterable[Policy]) -> list[Policy]:
    between = one.consumer, one.provider
    return [each for each in policies if each.environment or (each.consumer, each.provider) == between]


def _unobserved(blockers: Iterable[Blocker], names: Names, policies: tuple[Policy, ...]) -> Iterator[str]:
    """Where a part was replayed, what of the first such contract could not be observed, why, and what else would do."""
    for blocker in blockers:
        if isinstance(blocker, Unproved) and blocker.parts and (blocker.lack is Lack.PART or blocker.or_replay):
            one, part = blocker.publication, blocker.parts[0]
            contract, prover = names.version(one.consumer, one.version), names.version(one.provider, part.version)
            yield f"Not observed when {prover} was verified: {_named(part)}."
            needs = strictest(_governing(one, policies)).needs or frozenset()
            compares = blocker.lack is Lack.PART and comparable(one.format) and "replay" not in needs
            other = f", or publish a contract of {prover} that a comparison can judge all of it by" if compares else ""
            yield f"A replay of a part is no yes to the contract of {contract}: make the rest observable{other}."
            return


def _named(part: Part) -> str:
    """The first interactions that were not observed, by cause, and how many more there are."""
    by_cause: dict[str, list[str]] = {}
    for one in part.unobserved:
        by_cause.setdefault(one.cause, []).append(one.interaction)
    told = [f"{', '.join(names)} ({cause})" for cause, names in by_cause.items()]
    left = part.skipped - len(part.unobserved)
    return "; ".join([*told, f"and {left} more"] if left else told)


def _allowing(one: Publication, names: Names, policies: Iterable[Policy]) -> Iterator[str]:
    """The commands after which policies allow what is not covered: for those that forbid it, else for the two."""
    pair = ["--provider", names.application(one.provider), "--consumer", names.application(one.consumer)]
    forbidding = [each for each in policies if each.rules.not_covered == "blocks"]
    scopes = [["--environment", each.environment] if each.environment else pair for each in forbidding]
    for scope in scopes or [pair]:
        yield shlex.join(["troth", "policy", "set", *scope, "--not-covered", "allows"])


def _comparable(blockers: Iterable[Blocker], names: Names) -> Iterator[str]:
    """Where a comparison could not be made and a replay would do, another try may do too."""
    for blocker in blockers:
        if isinstance(blocker, Unproved) and blocker.lack is Lack.ERRORED and blocker.or_replay:
            one = blocker.publication
            contract = names.version(one.consumer, one.version)
            again = recompare_words(names, one.provider, one.consumer)
            yield f"The comparison with the contract of {contract} may be made once more: {again}."
            return


def _replayable(blockers: Iterable[Blocker], names: Names) -> Iterator[str]:
    """Where a comparison says no and nothing was replayed, the running provider may know better."""
    for blocker in blockers:
        if isinstance(blocker, Breaking) and blocker.or_replay:
            one = blocker.publication
            prover = names.version(one.provider, blocker.evidence.version)
            yield (
                f"A replay outranks a comparison: if {prover} does serve {names.version(one.consumer, one.version)}, "
                "verify it, and mend what it publishes."
            )
            return


def _idle(blockers: Iterable[Blocker], names: Names) -> tuple[str, ...]:
    idle = (b.publication.provider for b in blockers if isinstance(b, Unproved) and b.why is Class.NOBODY_ASKED)
    providers = ", ".join(names.application(key) for key in dict.fromkeys(idle))
    if not providers:
        return ()
    return (f"Nobody is asked to verify {providers}; a webhook for {_ASKING} would do it.",)
