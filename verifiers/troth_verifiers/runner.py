"""The runner: order, deadline, totals and publishing, so that a plug-in only has to replay."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from typing import Final

from troth_verifiers import rules
from troth_verifiers.api import Interaction, Outcome, Progress, Result, Sink, Source, State, Target, Verifier
from troth_verifiers.background import awake
from troth_verifiers.choosing import Job, jobs_for, wanted
from troth_verifiers.collecting import settled
from troth_verifiers.endpoint import Endpoint
from troth_verifiers.errors import (
    DeadlinePassed,
    NothingToVerify,
    PublishRefused,
    TargetIncomplete,
)
from troth_verifiers.judged import ContractReport, Skipped
from troth_verifiers.messages import MessageHandlers
from troth_verifiers.only import Only
from troth_verifiers.preflight import check
from troth_verifiers.publishing import published
from troth_verifiers.replaying import Replay
from troth_verifiers.report import Report
from troth_verifiers.states import StateHandlers

_SETTLED_AFTER: Final = 500
"""After so many results of a contract what they keep is left out of the garbage collector's sight, too."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: which contracts, against what, with whose help, and what becomes of the results."""

    source: Source
    target: Target
    states: StateHandlers
    messages: MessageHandlers
    provider: str | None = None
    consumers: tuple[str, ...] = ()
    only: Only = field(default_factory=Only)
    sink: Sink | None = None
    deadline: float | None = None
    progress: Progress | None = None
    allow_empty: bool = False
    verifiers: Mapping[str, Verifier] = field(default_factory=dict)
    """Verifiers by format that are at hand, in the place of those that plug-ins bring."""


async def run(order: Order) -> Report:
    """Carry out an order; raises a `VerifierError` for what keeps the whole run from beginning."""
    if order.sink is not None and order.only:
        raise PublishRefused(
            "Results are published only for whole contracts; verify without a filter, or do not publish."
        )
    began = time.monotonic()
    missing: dict[str, State] = {}
    skipped: list[Skipped] = []
    contracts = await _judged(order, missing, skipped)
    unpublished = None
    if order.sink is not None:
        unpublished = _why_not(contracts)
        if unpublished is None:
            contracts = tuple([replace(one, publication=await published(one, order.sink)) for one in contracts])
    return Report(
        contracts,
        filtered=bool(order.only),
        duration=time.monotonic() - began,
        unpublished=unpublished,
        missing_states=tuple(missing.values()),
        skipped=tuple(skipped),
    )


async def _judged(order: Order, missing: dict[str, State], skipped: list[Skipped]) -> tuple[ContractReport, ...]:
    verifiers = dict(order.verifiers)
    async with AsyncExitStack() as held, awake():
        settle = held.enter_context(settled())
        held.push_async_callback(order.states.aclose)
        held.push_async_callback(order.messages.aclose)
        held.push_async_callback(_close, verifiers)
        found = [contract async for contract in order.source.contracts()]
        every = jobs_for(wanted(found, order.provider, order.consumers), verifiers, order.only)
        skipped += [Skipped(job.contract, job.skipped) for job in every if job.skipped is not None]
        jobs = [job for job in every if job.skipped is None]
        if not jobs and not order.allow_empty:
            raise NothingToVerify(" ".join(["There are no contracts to verify.", *(one.text for one in skipped)]))
        await _check_target(order.target, [interaction for job in jobs for interaction in job.interactions])
        endpoint = await held.enter_async_context(Endpoint())
        settle()
        in_time = await _replay(order, jobs, endpoint, missing, settle)
        return tuple(_finished(job, order, in_time=in_time) for job in jobs)


async def _check_target(target: Target, interactions: Sequence[Interaction]) -> None:
    """Raise what keeps every HTTP interaction from being replayed, before any of them is."""
    if any(interaction.kind == "http" for interaction in interactions):
        if target.url is None:
            raise TargetIncomplete("The contracts hold HTTP interactions, but no URL of the provider was given.")
        await check(target)


async def _replay(
    order: Order, jobs: Sequence[Job], endpoint: Endpoint, missing: dict[str, State], settle: Callable[[], None]
) -> bool:
    """Replay everything into the jobs' results; tells whether that ended before the deadline."""
    try:
        async with asyncio.timeout(order.deadline) as clock:
            for number, job in enumerate(jobs):
                if job.verifier is not None:
                    await _replay_one(order, job, job.verifier, endpoint, f"/{number}", missing, settle)
    except TimeoutError:
        if not clock.expired():
            raise
        return False
    return True


async def _replay_one(
    order: Order,
    job: Job,
    verifier: Verifier,
    endpoint: Endpoint,
    path: str,
    missing: dict[str, State],
    settle: Callable[[], None],
) -> None:
    if order.progress:
        order.progress.contract_started(job.contract, job.interactions)
    target = replace(order.target, endpoint=f"{endpoint.url}{path}")
    replay = Replay(verifier, target, order.states, order.messages, endpoint, path, missing)
    async with aclosing(replay.results(job.interactions)) as results:
        async for result in results:
            job.results[result.interaction.index] = result
            if len(job.results) % _SETTLED_AFTER == 0:
                settle()
            if order.progress:
                order.progress.interaction_done(job.contract, result)


def _finished(job: Job, order: Order, *, in_time: bool) -> ContractReport:
    """A job's results in the contract's order; what the deadline cut off is errored, never left out."""
    late = DeadlinePassed(f"The {order.deadline or 0:g} s for the whole run were over before this interaction ended.")
    results = (job.results.get(one.index) or Result(one, Outcome.ERRORED, cause=late.cause) for one in job.interactions)
    assert in_time is False or len(job.results) == len(job.interactions)
    return ContractReport(job.contract, tuple(results), job.problem)


def _why_not(contracts: Sequence[ContractReport]) -> str | None:
    return rules.why_not_published([one.problem for one in contracts], [one.results for one in contracts])


async def _close(verifiers: dict[str, Verifier]) -> None:
    for verifier in verifiers.values():
        aclose = getattr(verifier, "aclose", None)
        if aclose is not None:
            await aclose()
