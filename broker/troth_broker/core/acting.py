"""Who has to act on a no, since when, and what stands in the way: a decision told for people who look at many."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from troth_broker.core.actions import (
    Action,
    CompareAgain,
    Keep,
    LookBackAgain,
    Mend,
    Place,
    Provide,
    PublishContract,
    Verify,
)
from troth_broker.core.advice import Names
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


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One pair that stands in the way."""

    consumer: str
    consumer_version: str | None
    provider: str
    provider_versions: tuple[str, ...]
    why: Class


def obstacles(blockers: Iterable[Blocker], names: Names) -> tuple[Obstacle, ...]:
    """The pairs behind a no, worst first; what concerns one application is no pair."""
    return tuple(_obstacle(one, names) for one in blockers if not isinstance(one, UnknownVersion | Regressing))


def _obstacle(blocker: Failing | Breaking | Unproved | NoRow, names: Names) -> Obstacle:
    match blocker:
        case NoRow(consumer, provider, version):
            return Obstacle(
                names.application(consumer), names.number(version), names.application(provider), (), blocker.why
            )
        case Failing(publication, result):
            provers: tuple[int, ...] = (result.version,)
        case Breaking(publication, evidence):
            provers = (evidence.version,)
        case Unproved(publication, versions):
            provers = versions
    return Obstacle(
        names.application(publication.consumer),
        names.number(publication.version),
        names.application(publication.provider),
        tuple(number for key in provers if (number := names.number(key)) is not None),
        blocker.why,
    )


def since(blockers: Iterable[Blocker]) -> int | None:
    """When the oldest thing that still stands in the way began; None where nothing tells."""
    moments = []
    for blocker in blockers:
        match blocker:
            case Failing(_, result):
                moments.append(result.at)
            case Breaking(_, evidence) if evidence.static is not None:
                moments.append(evidence.static.at)
            case Unproved(publication):
                moments.append(publication.created_at)
            case _:
                pass
    return min((moment for moment in moments if moment), default=None)


def actors(actions: Iterable[Action], names: Names) -> tuple[str, ...]:
    """The applications whose people have something to do, in the order of the actions."""
    return tuple(dict.fromkeys(name for action in actions for name in _actors(action, names)))


def _actors(action: Action, names: Names) -> tuple[str, ...]:
    match action:
        case Verify(_, _, provider_version) | Provide(_, _, provider_version) | CompareAgain(_, _, provider_version):
            return (names.application(names.owner(provider_version)),)
        case Mend(_, consumer_version, provider_version):
            return tuple(names.application(names.owner(key)) for key in (provider_version, consumer_version))
        case Place(application) | Keep(application) | LookBackAgain(application):
            return (names.application(application),)
        case PublishContract(_, consumer, _):
            return (names.application(consumer),)
        case _:
            assert_never(action)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, and what there is to do: for one obstacle, without looking for a shorter way."""

    actors: tuple[str, ...]
    words: str


def turn(obstacle: Obstacle, environment: str) -> Turn:
    """What clears one obstacle."""
    consumer, provider = obstacle.consumer, obstacle.provider
    contract = f"{consumer} {obstacle.consumer_version}" if obstacle.consumer_version else consumer
    prover = f"{provider} {obstacle.provider_versions[0]}" if obstacle.provider_versions else provider
    match obstacle.why:
        case Class.INCOMPATIBLE:
            return Turn((provider, consumer), f"mend what fails between {contract} and {prover}")
        case Class.NOT_DEPLOYED:
            return Turn((provider,), f"deploy a version of {provider} to {environment}")
        case Class.ERRORED:
            return Turn((provider,), f"mend what keeps {prover} from being compared with {contract}, or compare again")
        case Class.UNANSWERABLE if obstacle.provider_versions:
            return Turn((provider,), f"publish a contract of {prover}")
        case Class.UNANSWERABLE:
            return Turn((consumer,), f"publish a contract of {contract} with {provider}")
        case _:
            return Turn((provider,), f"verify {prover} against the contract of {contract}")
