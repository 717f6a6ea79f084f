"""How much of a description is tried: a budget of requests or of seconds, shared out evenly, and a seed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from troth_schemas.openapi import Operation

EACH = 50
"""How many requests are made up for each operation where no budget says it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a self-verification does.

    `budget` is how many requests may be made up for all operations together (None: 50 for each), `seconds` how long
    that may take (None: as long as it takes). The same `seed` makes the same requests. `examples_only` makes none up;
    `positive_only` makes up only such as the description allows. `operations` are those wanted (all, if there are
    none), each as an operationId, as ``GET /orders/{id}`` or as a path. `anybody` leaves out whether those are turned
    away who bring no credentials, or wrong ones.
    """

    budget: int | None = None
    seconds: float | None = None
    seed: int = 0
    examples_only: bool = False
    positive_only: bool = False
    operations: tuple[str, ...] = ()
    anybody: bool = False

    def wants(self, operation: Operation) -> bool:
        """Whether an operation is among those wanted."""
        names = {operation.name.lower(), operation.path.lower(), (operation.operation_id or "").lower()}
        return not self.operations or any(one.strip().lower() in names for one in self.operations)

    def shares(self, operations: Sequence[Operation]) -> tuple[int, ...]:
        """How many requests each operation gets; the first ones get one more where it does not come out even."""
        whole = EACH * len(operations) if self.budget is None else self.budget
        each, over = divmod(whole, max(1, len(operations)))
        return tuple(each + (number < over) for number in range(len(operations)))


@dataclass
class Tally:
    """What was asked of an operation: how many examples, how many requests made up, and the answers by status."""

    examples: int = 0
    generated: int = 0
    statuses: dict[int, int] = field(default_factory=dict)

    def count(self, status: int, *, example: bool) -> None:
        """One more answer."""
        if example:
            self.examples += 1
        else:
            self.generated += 1
        if status:  # else there was no answer
            self.statuses[status] = self.statuses.get(status, 0) + 1

    @property
    def succeeded(self) -> bool:
        """Whether any request was answered with anything but a refusal."""
        return any(status < 400 for status in self.statuses)
