"""What was found about one contract: its results, what they mean, and what became of publishing them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from troth_verifiers import rules
from troth_verifiers.api import Cause, Contract, Result, Verdict
from troth_verifiers.wire import wire_result


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of the wish to publish a contract's results: where they are now, or why that failed.

    `withheld`: they were not to be published, as they are neither a yes nor a no to the whole contract. `part`: they
    were published as what they are, a replay of so much of the contract ("3 of 5").
    """

    done: bool
    text: str
    withheld: bool = False
    part: str | None = None

    @property
    def line(self) -> str:
        """The same for people."""
        if self.withheld:
            return f"results not published: {self.text}"
        if self.part is not None:
            return f"results published: {self.text} (replayed in part, {self.part}: that is no yes to the whole)"
        return f"results published: {self.text}" if self.done else f"! {self.text}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A contract that was not verified, because no verifier for its format is installed, and why it need not be."""

    contract: Contract
    cause: Cause

    @property
    def text(self) -> str:
        """The same for people, in one line."""
        version = f" {self.contract.consumer_version}" if self.contract.consumer_version else ""
        between = f"{self.contract.consumer}{version} → {self.contract.provider}"
        return f"{between} ({self.contract.format}): not verified. {self.cause.text}"


@dataclass(frozen=True, slots=True)
class ContractReport:
    """One contract: its results in its own order, or the problem that kept all of it from being verified.

    Results are left out of its `repr`, which Python asks for at the end of each `asyncio.run`.
    """

    contract: Contract
    results: tuple[Result, ...] = field(default=(), repr=False)
    problem: Cause | None = None
    publication: Publication | None = None

    @property
    def title(self) -> str:
        """The contract in one line for people."""
        contract = self.contract
        if contract.format == "openapi" and not contract.consumer:
            return f"{contract.provider or 'The provider'} and its own description"
        version = f" {contract.consumer_version}" if contract.consumer_version else ""
        return f"{contract.consumer or 'unknown consumer'}{version} → {contract.provider or 'unknown provider'}"

    @property
    def success(self) -> bool:
        """Whether the provider keeps this contract; interactions that the contract marks pending do not count."""
        return self.problem is None and rules.success(self.results)

    @property
    def breaks_the_build(self) -> bool:
        """Whether this contract makes the whole run a no: it is not kept, and it is not pending."""
        return self.problem is None and rules.breaks_the_build(self.contract, self.results)

    @property
    def withheld(self) -> str | None:
        """Why the results are not published though those of the other contracts are, or None."""
        if self.problem is not None:
            return "it could not be verified at all"
        return rules.why_withheld(self.results)

    @property
    def notices(self) -> tuple[str, ...]:
        """What the source wants said now that this is the outcome."""
        published = self.publication is not None and self.publication.done and self.publication.part is None
        now = f"after_verification:success_{self.success}_published_{published}".lower()
        return tuple(notice.text for notice in self.contract.notices if notice.when.lower() == now)

    @property
    def verdict(self) -> Verdict:
        """What a sink is given."""
        return Verdict(self.contract, self.success, self.results, tuple(wire_result(one) for one in self.results))


def left_out(contracts: Sequence[ContractReport]) -> tuple[str, ...]:
    """Which contracts' results were not published though that was asked, and why: a line each, after their number."""
    asked = [(one, one.publication) for one in contracts if one.publication is not None]
    missing = [(one, publication) for one, publication in asked if not publication.done]
    if not missing:
        return ()
    return (
        f"Published: the results of {len(asked) - len(missing)} of {len(asked)} contracts.",
        *(f"NOT published: {one.title} ({one.contract.name}): {publication.text}" for one, publication in missing),
    )
