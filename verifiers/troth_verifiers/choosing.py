"""Which of the contracts that a source holds are to be verified, and what each of them contains."""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field

from troth_verifiers import plugins
from troth_verifiers.api import Cause, Contract, Interaction, Result, Verifier
from troth_verifiers.errors import (
    ContractUnreadable,
    NothingToVerify,
    PluginError,
    UsageError,
    VerifierMissing,
    cause_of,
)
from troth_verifiers.only import Only, protocol_of


@dataclass(slots=True)
class Job:
    """One contract on its way through a run.

    `problem` says why it cannot be verified at all, `skipped` why it need not be.
    """

    contract: Contract
    verifier: Verifier | None = None
    interactions: tuple[Interaction, ...] = ()
    problem: Cause | None = None
    skipped: Cause | None = None
    results: dict[int, Result] = field(default_factory=dict)


def wanted(found: Sequence[Contract], provider: str | None, consumers: Sequence[str]) -> list[Contract]:
    """The contracts of a provider and of some consumers; one whose names cannot be read stays, to be complained about.

    Raises `NothingToVerify` where none is left of some, `UsageError` where several providers are left.
    """
    providers = sorted({contract.provider for contract in found if contract.provider})
    if provider is None and len(providers) > 1:
        raise UsageError(
            f"The contracts are with several providers: {', '.join(providers)}. Say which one runs here, "
            "with --provider NAME (of pytest: --troth-provider NAME)."
        )
    mine = [contract for contract in found if contract.provider in (provider or contract.provider, "")]
    if found and not mine:
        raise NothingToVerify(
            f"None of the contracts is with the provider {provider!r}; they are with: {', '.join(providers)}."
        )
    kept = [contract for contract in mine if not consumers or contract.consumer in (*consumers, "")]
    if mine and not kept:
        there = ", ".join(sorted({contract.consumer for contract in mine}))
        raise NothingToVerify(f"No contract is of the consumer {' or '.join(consumers)}; there are those of: {there}.")
    return kept


def jobs_for(contracts: Sequence[Contract], verifiers: MutableMapping[str, Verifier], only: Only) -> list[Job]:
    """A job for each contract; one that cannot be read does not spoil the others.

    `verifiers` by format gets those of plug-ins that it lacks. A contract of which a filter leaves nothing is left out.
    Raises `NothingToVerify` if that leaves no interaction.
    """
    jobs = [_job(contract, verifiers, only) for contract in contracts]
    if only and jobs and not any(job.interactions for job in jobs):
        raise NothingToVerify(
            f"No interaction of any contract passes the filter, so nothing would be verified{_spoken(jobs, only)}."
        )
    return [job for job in jobs if job.interactions or job.problem or job.skipped]


def _spoken(jobs: Sequence[Job], only: Only) -> str:
    """What the contracts speak, where a protocol was asked for."""
    every = [(job, one) for job in jobs if job.verifier for one in job.verifier.interactions(job.contract)]
    protocols = sorted({protocol_of(job.contract, one) for job, one in every})
    return f"; what the contracts speak is {', '.join(protocols)}" if only.protocols and protocols else ""


def _job(contract: Contract, verifiers: MutableMapping[str, Verifier], only: Only) -> Job:
    try:
        verifier, interactions = _listed(contract, verifiers)
    except VerifierMissing as error:
        return Job(contract, skipped=error.cause) if contract.if_able else Job(contract, problem=error.cause)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything
        return Job(contract, problem=cause_of(error))
    return Job(
        contract, verifier, tuple(interaction for interaction in interactions if only.takes(contract, interaction))
    )


def _listed(contract: Contract, verifiers: MutableMapping[str, Verifier]) -> tuple[Verifier, tuple[Interaction, ...]]:
    if contract.unreadable:
        raise ContractUnreadable(contract.name, [contract.unreadable])
    if contract.format not in verifiers:
        verifiers[contract.format] = plugins.verifier(contract.format)
    verifier = verifiers[contract.format]
    interactions = tuple(verifier.interactions(contract) or ())
    if not interactions:
        raise NothingToVerify(f"{contract.name} holds no interaction, so nothing would be verified.")
    _refuse_odd(contract.format, interactions)
    return verifier, interactions


def _refuse_odd(contract_format: str, interactions: tuple[Interaction, ...]) -> None:
    """Raise `PluginError` where a plug-in lists what is no interaction, or two that nobody could tell apart."""
    met: set[int] = set()
    says = f"The verifier of the format {contract_format!r} lists"
    for one in interactions:
        if not isinstance(one, Interaction):
            raise PluginError(f"{says} {one!r}, which is no interaction.")
        if one.index in met:
            raise PluginError(f"{says} two interactions with the index {one.index}.")
        met.add(one.index)
