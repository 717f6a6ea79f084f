"""A verification result as a provider's build publishes it (pact_broker_api 5.1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.metadata import Metadata
from troth_broker.core.names import fault_of_name
from troth_broker.core.partial_results import NewPart, fault_of_part, new_part
from troth_broker.core.texts import fault_of_text


@dataclass(frozen=True, slots=True)
class NewResult:
    """What a build says about one content. `test_results` and `verified_by` are kept as they came."""

    success: bool
    provider_version: str
    build_url: str | None = None
    test_results: Any = None
    verified_by: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the verified pact had been selected, as its address remembers it."""

    wip: bool = False
    pending: bool | None = None
    consumer_versions: tuple[str, ...] = ()


def circumstances(metadata: Metadata) -> Circumstances:
    """The circumstances that a pact's address remembers."""
    return Circumstances(metadata.wip, metadata.pending, metadata.versions)


def read_result(body: object) -> NewResult | NewPart:
    """The result in a JSON body, or what it says about a part. Raises Invalid with every fault."""
    if not isinstance(body, Mapping):
        raise Invalid.at("", "the body must be a JSON object")
    faults = tuple(_faults(body))
    if faults:
        raise Invalid(faults)
    if body["success"] is None:
        number, tests = body["providerApplicationVersion"], body["testResults"]
        return new_part(number, tests, body.get("buildUrl"), body.get("verifiedBy"))
    return NewResult(
        success=body["success"],
        provider_version=body["providerApplicationVersion"],
        build_url=body.get("buildUrl"),
        test_results=body.get("testResults"),
        verified_by=body.get("verifiedBy"),
    )


def _faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    success = body.get("success", ...)
    if success is ...:
        yield Fault("success", "is missing", missing=True)
    elif success is None:
        if text := fault_of_part(body.get("testResults")):
            yield Fault("success", text)
    elif not isinstance(success, bool):
        yield Fault("success", "must be true or false")
    number = body.get("providerApplicationVersion")
    if number is None:
        yield Fault("providerApplicationVersion", "is missing", missing=True)
    elif text := fault_of_name(number):
        yield Fault("providerApplicationVersion", text)
    if text := fault_of_text(body.get("buildUrl")):
        yield Fault("buildUrl", text)
    if not isinstance(body.get("verifiedBy"), Mapping | None):
        yield Fault("verifiedBy", "must be an object")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a consumer version's providers say: each provider's name once, under its newest result."""

    successful: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def success(self) -> bool:
        """Every provider has a result, there is one, and all are successes."""
        return bool(self.successful) and not self.failed and not self.unknown


def summarise(verdicts: Iterable[tuple[str, bool | None]]) -> Summary:
    """The summary of providers' newest verdicts, one on each contract; None where there is none.

    A provider of contracts in several formats has failed with one of them, and is unknown as long as one is.
    """
    worst: dict[str, bool | None] = {}
    for name, verdict in verdicts:
        worst[name] = min(worst.get(name, True), verdict, key=(False, None, True).index)

    def named(verdict: bool | None) -> tuple[str, ...]:
        return tuple(sorted(name for name, found in worst.items() if found is verdict))

    return Summary(named(True), named(False), named(None))
