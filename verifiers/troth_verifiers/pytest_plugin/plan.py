"""Which contracts a test run is about, what each of them holds, and how its tests are called."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from troth_verifiers.api import Cause, Contract, Interaction, Notice, Verifier
from troth_verifiers.choosing import jobs_for, wanted
from troth_verifiers.errors import NothingToVerify
from troth_verifiers.facade import source_of
from troth_verifiers.only import Only
from troth_verifiers.pytest_plugin.settings import Settings


@dataclass(frozen=True, slots=True)
class Fetched:
    """A contract and the address that it was fetched from; "" for a file."""

    contract: Contract
    address: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A contract of the run: its number, what people call it, and its interactions with the names of their tests.

    `problem` says why it cannot be verified at all, `skipped` why it need not be; it has no interactions then.
    """

    number: int
    title: str
    contract: Contract
    address: str
    verifier: Verifier | None
    cases: tuple[tuple[str, Interaction], ...]
    problem: Cause | None
    skipped: Cause | None = None


def fetch(settings: Settings) -> list[Fetched]:
    """The contracts of all sources; raises a `VerifierError` where one cannot be had."""
    return asyncio.run(_fetched(settings))


async def _fetched(settings: Settings) -> list[Fetched]:
    found: list[Fetched] = []
    for place in settings.sources:
        address = place if "://" in place else ""
        async for contract in source_of(place, settings.provider).contracts():
            found.append(Fetched(contract, address))  # noqa: PERF401 - an async generator beside plain values
    return found


def plan_of(fetched: Sequence[Fetched], settings: Settings) -> tuple[Planned, ...]:
    """What is to be replayed; raises a `VerifierError` if that is nothing, or not to be told."""
    numbers = {id(one.contract): one for one in fetched}
    kept = wanted([one.contract for one in fetched], settings.provider, settings.consumers)
    if not kept:
        raise NothingToVerify("There are no contracts to verify.")
    jobs = jobs_for(kept, {}, Only())
    if all(job.skipped is not None for job in jobs):
        raise NothingToVerify("There are no contracts to verify: no verifier for their formats is installed.")
    titles = _distinct([_title(job.contract) for job in jobs], [job.contract.consumer_version or "" for job in jobs])
    return tuple(
        Planned(
            number,
            title,
            job.contract,
            numbers[id(job.contract)].address,
            job.verifier,
            tuple(zip(_names(job.interactions), job.interactions, strict=True)),
            job.problem,
            job.skipped,
        )
        for number, (title, job) in enumerate(zip(titles, jobs, strict=True))
    )


def packed(fetched: Sequence[Fetched]) -> list[dict[str, Any]]:
    """Contracts in plain values, for the other processes of a run; what only a sink needs stays here."""
    return [{name: _plain(one.contract, name) for name in _CARRIED} | {"address": one.address} for one in fetched]


def unpacked(values: Sequence[Mapping[str, Any]]) -> list[Fetched]:
    """The contracts that `packed` made plain values of."""
    return [Fetched(_contract(value), value["address"]) for value in values]


_CARRIED: Final = tuple(field.name for field in fields(Contract) if field.name != "ref")


def _plain(contract: Contract, name: str) -> Any:
    value = getattr(contract, name)
    if name == "notices":
        return [(notice.when, notice.text) for notice in contract.notices]
    return dict(value) if isinstance(value, Mapping) else value


def _contract(value: Mapping[str, Any]) -> Contract:
    contract = Contract(**{name: value[name] for name in _CARRIED})
    return replace(contract, notices=tuple(Notice(*notice) for notice in value["notices"]))


def _title(contract: Contract) -> str:
    return _line(f"{contract.consumer or contract.name} → {contract.provider or 'unknown provider'}")


def _distinct(titles: Sequence[str], versions: Sequence[str]) -> list[str]:
    """Titles of which no two are alike: with the consumer's version where needed, else with a number."""
    often = Counter(titles)
    told = [
        f"{title} ({version})" if often[title] > 1 and version else title
        for title, version in zip(titles, versions, strict=True)
    ]
    return _numbered(told)


def _names(interactions: Sequence[Interaction]) -> list[str]:
    return _numbered([_line(one.title) or f"interaction {one.index + 1}" for one in interactions])


def _numbered(names: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    taken = set(names)
    told: list[str] = []
    for name in names:
        seen[name] += 1
        number, unique = seen[name], name
        while number > 1 and (unique := f"{name} #{number}") in taken:
            number += 1
        taken.add(unique)
        told.append(unique)
    return told


def _line(text: str) -> str:
    """A text as one part of a test's name."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split()).replace("::", ":")
