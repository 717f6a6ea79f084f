"""`troth plugins`: what is installed that brings formats, comparisons, verifiers, transports and their like."""

import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from importlib.metadata import EntryPoint, version
from typing import Any, Final

import click

from troth_broker.cli.connection import output_option
from troth_broker.cli.printing import print_json
from troth_schemas import formats, pairs, plugged
from troth_schemas.loading import StillLoadingError, in_time, loaded
from troth_verifiers import plugins as verifying
from troth_verifiers.text import plain

OWN: Final = "troth"
_WORKS: Final = "ready"
_LACKING: Final = "incomplete"
_BROKEN: Final = "broken"
_REQUIREMENT: Final = re.compile(r"troth(?![\w.-])(?:\[[^\]]*\])?\s*\(?(?P<bounds>[^;()]*)")
"""A requirement of a package on Troth, whatever its extras (the specification of dependency specifiers)."""
_LEAST: Final = re.compile(r"(>=|>|==|~=)\s*([0-9][0-9.]*)")
_SLOW: Final = 1.0
"""From how many seconds on it is told how long a plug-in takes to load."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point: who brings it, and whether it loads; `why` is a sentence where it does not.

    What Troth itself brings and an extra is missing for is ``incomplete``, any other that does not load ``broken``.
    ``seconds`` is how long it took to load.
    """

    group: str
    name: str
    distribution: str
    version: str
    module: str
    state: str
    why: str | None = None
    seconds: float = 0.0


def _callable(entry: EntryPoint) -> None:
    if not callable(loaded(entry.value, entry.load)):
        raise TypeError(f"{entry.value} is nothing that can be called")


def _format(entry: EntryPoint) -> None:
    if formats.is_own(entry.name):
        raise TypeError("Troth has a format of this name itself, which goes first.")
    formats.find(entry.name)


def _pair(entry: EntryPoint) -> None:
    consumer, _, provider = entry.name.partition(".")
    known = formats.names()
    if consumer not in known or provider not in known:
        raise TypeError("Its name is to be that of the consumer's format, a dot and that of the provider's format.")
    if pairs.find(consumer, provider) is None or (formats.is_own(consumer) and formats.is_own(provider)):
        raise TypeError("Both formats are Troth's own: it says itself what compares them.")


_GROUPS: Final[Mapping[str, tuple[str, Callable[[EntryPoint], Any]]]] = {
    plugged.FORMATS: ("what contracts may be written in", _format),
    plugged.PAIRS: ("which formats of consumers are compared with which of providers", _pair),
    verifying.VERIFIERS: ("what replays contracts of a format", lambda entry: verifying.verifier(entry.name)),
    verifying.SOURCES: ("where contracts come from", _callable),
    verifying.SINKS: ("where results go", _callable),
    verifying.TRANSPORTS: ("which message brokers are spoken to", lambda entry: verifying.transport(entry.name)),
    verifying.STATES: ("what sets up provider states", _callable),
}
"""What the plug-ins of each group do, and how one of them is tried."""


@click.command()
@output_option("text", "json")
def plugins(output: str) -> int:
    """List the plug-ins that are installed, by what they do, and say which of them do not load, and why.

    Exits with 1 if one does not load. What Troth brings itself and misses an optional library for does not count.
    """
    found = [plugin for group, (_, check) in _GROUPS.items() for plugin in _installed(group, check)]
    unread = [
        Plugin("", "", "unknown", "", where, _BROKEN, f"Its entry points cannot be read: {why}.")
        for where, why in plugged.unreadable()
    ]
    if output == "json":
        print_json({"version": 1, "plugins": [asdict(one) for one in [*found, *unread]]})
    else:
        for group, (does, _) in _GROUPS.items():
            _print(group, does, [one for one in found if one.group == group])
        for one in unread:
            click.echo(f"{click.style('✗', fg='red')} {plain(one.module)}\n      {plain(one.why or '')}")
    return int(any(one.state == _BROKEN for one in [*found, *unread]))


def _installed(group: str, check: Callable[[EntryPoint], Any]) -> Iterator[Plugin]:
    entries = {(entry.name, entry.value, _distribution(entry)[0]): entry for entry in plugged.installed(group)}
    for _, entry in sorted(entries.items()):
        began = time.monotonic()
        why = _too_old(entry) or _why_not(entry, check)
        seconds = round(time.monotonic() - began, 3)
        distribution, its_version = _distribution(entry)
        state = _WORKS if why is None else _LACKING if distribution == OWN else _BROKEN
        yield Plugin(group, entry.name, distribution, its_version, entry.value, state, why, seconds)


def _distribution(entry: EntryPoint) -> tuple[str, str]:
    found = entry.dist
    return ("unknown", "") if found is None else (found.name or "unknown", found.version or "")


def _too_old(entry: EntryPoint) -> str | None:
    """What a plug-in needs of Troth that the installed one is too old for; None if nothing."""
    installed = version(OWN)
    for requirement in (entry.dist.requires or ()) if entry.dist is not None else ():
        found = _REQUIREMENT.match(requirement)
        for bound in _LEAST.finditer(found["bounds"]) if found else ():
            if _numbers(bound[2]) > _numbers(installed):
                return f"It needs troth {bound[1]} {bound[2]}, and {installed} is installed."
    return None


def _numbers(written: str) -> tuple[int, ...]:
    """The numbers of a version, as far as it is only numbers, without zeros at its end."""
    numbers = tuple(int(one) for one in re.split(r"[^0-9.]", written, maxsplit=1)[0].split(".") if one)
    return numbers if not numbers or numbers[-1] else _numbers(".".join(map(str, numbers[:-1])))


def _why_not(entry: EntryPoint, check: Callable[[EntryPoint], Any]) -> str | None:
    """Why a plug-in cannot be used; None if it can. What it prints is none of our output."""
    try:
        with redirect_stdout(sys.stderr):
            found: str | None = in_time(f"try {entry.group}", entry.value, lambda: _failure(entry, check))
    except StillLoadingError as problem:
        return f"{problem}."
    return found


def _failure(entry: EntryPoint, check: Callable[[EntryPoint], Any]) -> str | None:
    try:
        check(entry)
    except (Exception, SystemExit) as problem:  # noqa: BLE001 - it may raise anything, and the others are to be listed
        told = "" if isinstance(problem, SystemExit) else " ".join(str(problem).split())
        told = told or plugged.raised(problem)
        return told if told.endswith(".") else f"{told}."
    return None


def _print(group: str, does: str, found: list[Plugin]) -> None:
    click.echo(click.style(f"{group}: {does}", bold=True))
    if group == plugged.FORMATS:
        click.echo(f"  {', '.join(formats.own_names())}  (Troth's own)")
    for one in found:
        mark = click.style("✓", fg="green") if one.state == _WORKS else click.style("✗", fg="red")
        slow = f"  ({one.seconds:.1f} s to load)" if one.seconds >= _SLOW else ""
        click.echo(f"  {mark} " + plain(f"{one.name:<20} {one.distribution} {one.version}  {one.module}{slow}"))
        if one.why is not None:
            click.echo(f"      {plain(one.why)}")
    if not found and group != plugged.FORMATS:
        click.echo("  none is installed")
