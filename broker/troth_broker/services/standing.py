"""How contracts stand: by their last results, and where nothing was replayed by what comparing them said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from troth_broker.core.evidence import Static
from troth_broker.core.standing import Status, together
from troth_broker.store import standing
from troth_broker.store.matrix_evidence import newest_statics
from troth_broker.store.standing import Contract, Verdict
from troth_broker.store.tables import PACT


@dataclass(frozen=True, slots=True)
class Stand:
    """What is known of one contract; a comparison speaks for one that is no pact and was never replayed."""

    verdict: Verdict | None = None
    static: Static | None = None

    @property
    def compared(self) -> bool | None:
        """Whether it fits, where a comparison alone could tell."""
        replayed = self.verdict is not None and self.verdict.is_own
        return None if replayed or self.static is None else self.static.verdict

    @property
    def status(self) -> Status:
        """How the contract stands; stale where only an earlier content was replayed."""
        if self.compared is not None:
            return Status.SUCCESS if self.compared else Status.FAILED
        return self.verdict.status if self.verdict else Status.NEVER

    @property
    def of_itself(self) -> Status:
        """How the contract stands by what is known of it alone, whatever was said of earlier contents."""
        return self.status if self.compared is not None or _replayed(self.verdict) else Status.NEVER


def stands(db: Connection, contracts: Iterable[Contract]) -> Mapping[Contract, Stand]:
    """How each of these contracts stands."""
    contracts = tuple(dict.fromkeys(contracts))
    if not contracts:
        return {}
    said = standing.verdicts(db, (one.content for one in contracts))
    silent = [one for one in contracts if one.format != PACT and not _replayed(said.get(one.content))]
    statics = newest_statics(db, silent) if silent else {}
    return {one: Stand(said.get(one.content), statics.get(one.content)) for one in contracts}


def statuses(db: Connection, integrations: Iterable[int]) -> Mapping[int, Status]:
    """How all contracts of the newest version of each integration stand; none for one that has no contract left."""
    newest = standing.newest(db, integrations)
    found = stands(db, chain.from_iterable(newest.values()))
    return {key: together(found[one].of_itself for one in contracts) for key, contracts in newest.items()}


def _replayed(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.is_own
