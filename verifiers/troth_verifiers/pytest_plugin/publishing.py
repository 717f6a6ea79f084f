"""Publishing what a test run found, where its contracts came from."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troth_verifiers import plugins
from troth_verifiers.api import Outcome, Sink
from troth_verifiers.errors import PublishFailed, PublishRefused
from troth_verifiers.judged import ContractReport
from troth_verifiers.publishing import published
from troth_verifiers.pytest_plugin.plan import Planned
from troth_verifiers.pytest_plugin.settings import Settings


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the wish to publish: each contract with where its result is now, or why there is none."""

    places: tuple[tuple[str, str], ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    unjudged: tuple[tuple[str, str], ...] = ()
    why: str | None = None

    @property
    def done(self) -> bool:
        """Whether everything was published that could be."""
        return self.why is None and not self.failures and not self.unjudged

    def lines(self, settings: Settings) -> Iterator[str]:
        """The same for people."""
        who = f"{settings.provider or 'the provider'} {settings.version}"
        if self.why is not None:
            yield f"NOT PUBLISHED for {who}: {self.why}."
        for told, head in (
            (self.places, f"PUBLISHED for {who}:"),
            (self.parts, f"PUBLISHED for {who}, which is no yes to the whole:"),
            (self.withheld, f"NOT PUBLISHED for {who}, as it is neither a yes nor a no:"),
            (self.unjudged, f"NOT PUBLISHED for {who}, as it could not be judged as a whole:"),
            (self.failures, f"NOT PUBLISHED for {who}, though that was asked:"),
        ):
            yield from (head, *(f"  {title}: {text}" for title, text in told)) if told else ()


def check_sinks(plan: Sequence[Planned]) -> None:
    """Refuse what could not be published in the end; raises `PublishRefused`."""
    for planned in plan:
        if not planned.address:
            raise PublishRefused(
                f"results can be published of a broker's contracts only, and {planned.contract.name} is a file; "
                "verify the broker's contracts (--troth URL), or do not publish."
            )
        plugins.sink_factory(planned.address.partition("://")[0])


def publish(plan: Sequence[Planned], reports: Sequence[ContractReport], settings: Settings) -> Published:
    """Hand each contract's results to the place that it came from."""
    return asyncio.run(_publish(plan, reports, settings))


async def _publish(plan: Sequence[Planned], reports: Sequence[ContractReport], settings: Settings) -> Published:
    sinks: dict[str, Sink] = {}
    places: list[tuple[str, str]] = []
    failures: list[tuple[str, str]] = []
    withheld: list[tuple[str, str]] = []
    parts: list[tuple[str, str]] = []
    unjudged: list[tuple[str, str]] = []
    for planned, report in zip(plan, reports, strict=True):
        if planned.skipped is not None:
            continue
        if planned.address not in sinks:
            make = plugins.sink_factory(planned.address.partition("://")[0])
            sinks[planned.address] = make(
                planned.address,
                version=settings.version or "",
                branch=settings.branch,
                tags=settings.tags,
                build_url=settings.build_url,
            )
        said = "kept" if report.success else "NOT KEPT"
        done = await published(report, sinks[planned.address])
        if done.withheld and any(one.outcome is Outcome.ERRORED for one in report.results):
            unjudged.append((planned.title, done.text))
        elif done.withheld:
            withheld.append((planned.title, done.text))
        elif not done.done:
            failures.append((planned.title, done.text.removeprefix(f"{PublishFailed.kind}: ")))
        elif done.part is not None:
            parts.append((f"{planned.title} replayed in part, {done.part}", done.text))
        else:
            places.append((f"{planned.title} {said}", done.text))
    return Published(tuple(places), tuple(failures), tuple(withheld), tuple(parts), tuple(unjudged))
