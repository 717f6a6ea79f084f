"""What publishing did, as values: edges put them into words."""

from dataclasses import dataclass
from typing import Literal

from troth_broker.core.errors import Conflict
from troth_broker.core.webhooks import Triggered
from troth_schemas.pact import Conflicts

Change = Literal["published", "unchanged", "overwritten", "merged"]
EventName = Literal[
    "contract_published",
    "contract_requiring_verification_published",
    "contract_content_changed",
    "contract_content_unchanged",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, and why it counts as that."""

    name: EventName
    reason: str


@dataclass(frozen=True, slots=True)
class ContractOutcome:
    """What became of one contract."""

    provider: str
    change: Change
    events: tuple[Event, ...]
    ever_verified: bool
    has_webhook: bool
    triggered: tuple[Triggered, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a whole publication."""

    version_is_new: bool
    contracts: tuple[ContractOutcome, ...]


@dataclass(frozen=True, slots=True)
class Modified:
    """A contract that differs from what the same version published before."""

    provider: str
    difference: str


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A new name that is probably a misspelling of known ones."""

    name: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was recorded, and why."""

    modified: tuple[Modified, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()


class PossibleDuplicate(Conflict):
    """A name that nobody has used yet, and that is probably a misspelling of a known one."""

    def __init__(self, lookalikes: tuple[Lookalike, ...]) -> None:
        self.lookalikes = lookalikes
        super().__init__("; ".join(lookalike_text(alike) for alike in lookalikes))


class ContractModified(Conflict):
    """A contract that differs from what the same version published before."""

    def __init__(self, modified: Modified) -> None:
        self.modified = modified
        super().__init__(MODIFIED_TEXT)


class MergeConflict(Conflict):
    """Interactions of one name that ask different requests: they cannot both be kept."""

    def __init__(self, conflicts: Conflicts) -> None:
        self.conflicts = conflicts
        names = ", ".join(repr(conflict.added.description) for conflict in conflicts.conflicts)
        super().__init__(f"the pacts cannot be merged, as these interactions differ in their requests: {names}")


MODIFIED_TEXT = (
    "A different contract was already published for this version. Publish each change under a new version number, "
    "so that what was verified stays what was promised (the setting allow_dangerous_contract_modification allows it)."
)


SIMILAR_NAMES_HEADER, SIMILAR_NAMES_PARAMETER = "X-Allow-Similar-Names", "allowSimilarNames"
"""How a request says that a new name is meant, however much it looks like a known one."""


def lookalike_text(alike: Lookalike) -> str:
    """Why a new name is refused, and what to do."""
    known = ", ".join(alike.known)
    return (
        f"{alike.name} is not known here, but looks like {known}. If it is meant to be {alike.known[0]}, publish under "
        f"that name; if it is another application, create it first (POST /pacticipants) and publish again, or say that "
        f"it is meant: with the header {SIMILAR_NAMES_HEADER}: true, or ?{SIMILAR_NAMES_PARAMETER}=true."
    )
