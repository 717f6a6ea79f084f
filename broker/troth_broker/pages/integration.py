"""An integration with its matrix: the consumer's versions as rows, the provider's as columns, results in between."""

from dataclasses import dataclass

from troth_broker.core.contract_documents import word_of
from troth_broker.core.evidence import Static, unless_whole
from troth_broker.core.facts import Part
from troth_broker.pages.answers import ComparedShown, PartShown, VersionShown
from troth_broker.pages.engine import page
from troth_broker.pages.links import To
from troth_broker.pages.paging import Pager, asked
from troth_broker.services import integration
from troth_broker.services.integration import Integration
from troth_broker.store.grid import Cell, Published
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML

_SIZE = 25


@dataclass(frozen=True, slots=True)
class GridRow:
    """A consumer version, its contract, and a result or nothing for each column."""

    version: VersionShown
    published: Published
    same: bool
    """Whether the contract says the same as the one of the row below."""
    cells: tuple["CellShown | None", ...]

    @property
    def format(self) -> str:
        """What addresses call the contract's format."""
        return word_of(self.published.format)


@dataclass(frozen=True, slots=True)
class CellShown:
    """What is known of a contract and a version, of either kind; None where nothing is."""

    result: Cell | None
    compared: ComparedShown | None
    disputed: bool
    part: PartShown | None = None

    @classmethod
    def of(cls, result: Cell | None, static: Static | None, text: str | None, part: Part | None) -> "CellShown | None":
        """A cell of the grid. A replay of the whole takes the place of an earlier one of a part."""
        compared = ComparedShown.of(static, text)
        part = unless_whole(part, result.at if result else None)
        if result is None and compared is None and part is None:
            return None
        disputed = result is not None and result.success and static is not None and static.breaking > 0
        return cls(result, compared, disputed, None if part is None else PartShown.of(part))


def show(call: Call) -> Reply:
    """An integration with its matrix."""
    consumer, provider = call.params["consumer"], call.params["provider"]
    number, window = asked(call, _SIZE)
    found = integration.one(call.world, consumer, provider, window)
    to = To.below(call.base)
    size = window.limit if window.limit != _SIZE else None
    return page(
        call,
        "integration.html",
        consumer=consumer,
        provider=provider,
        rows=_rows(found, consumer),
        columns=[_version(found, provider, key) for key in found.grid.provers],
        pager=Pager(
            number, window.limit, found.grid.total, lambda wanted: to.pair(consumer, provider, page=wanted, size=size)
        ),
    )


def _rows(found: Integration, consumer: str) -> list[GridRow]:
    published = found.grid.published
    below = [one.content for one in published[1:]] + [0]
    return [
        GridRow(
            _version(found, consumer, one.version),
            one,
            one.content == older,
            tuple(_cell(found, one, prover) for prover in found.grid.provers),
        )
        for one, older in zip(published, below, strict=True)
    ]


def _cell(found: Integration, published: Published, prover: int) -> CellShown | None:
    static = found.compared.of(published.content, prover, published.format)
    text = found.sentences.get(static.telling.id) if static and static.comparisons else None
    key = published.content, prover
    return CellShown.of(found.grid.cells.get(key), static, text, found.parts.get(key))


def _version(found: Integration, application: str, key: int) -> VersionShown:
    shown = found.shown
    return VersionShown(
        application,
        shown.numbers[key],
        tuple(shown.branches.get(key, ())),
        tuple(shown.tags.get(key, ())),
        tuple(shown.environments.get(key, ())),
    )


ROUTES = (Route(paths.PAIR_MATRIX, {"GET": Action(show, "An integration with its matrix", (HTML,))}),)
