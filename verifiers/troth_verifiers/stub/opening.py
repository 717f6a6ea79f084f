"""Contracts of any format, opened for a stub: what is answered over HTTP and gRPC, and the messages that are sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from troth_schemas.detecting import detect
from troth_schemas.errors import SchemasError
from troth_verifiers.addresses import Addresses
from troth_verifiers.api import Contract, Source
from troth_verifiers.errors import ContractUnreadable, UsageError
from troth_verifiers.files import Files
from troth_verifiers.pact.read import interactions
from troth_verifiers.stub.generating import Making
from troth_verifiers.stub.pacts import PactBook
from troth_verifiers.stub.parts import part
from troth_verifiers.stub.server import Book

PROTOCOLS: Final = ("http", "graphql", "grpc", "message")
"""What a stub may speak."""

_ADDRESSES: Final = ("http://", "https://")
_SCHEMA: Final = "graphql-schema"
_TOLD_BY_CONTENT: Final = ("pact", "graphql", "graphql-operations", "protobuf")
"""Formats of contracts that may stand for others: what is in them says which."""
_SPEAKS: Final = {
    "openapi": "http", "graphql": "graphql", "graphql-operations": "graphql", _SCHEMA: "graphql", "grpc": "grpc",
    "protobuf": "grpc", "message": "message", "asyncapi": "message",
}  # fmt: skip


@dataclass(slots=True)
class Offers:
    """What contracts offer: `books` are asked over HTTP, `calls` are pages of gRPC, `messages` are sent to a broker.

    `left_out` names what no stub can answer, a sentence each.
    """

    books: list[Book] = field(default_factory=list)
    calls: list[Any] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    subscriptions: bool = False
    """Whether operations of GraphQL are answered over websockets too."""

    def __bool__(self) -> bool:
        return bool(self.books or self.calls or self.messages)


async def opened(
    places: Iterable[Contract | str | Path],
    protocols: Sequence[str] = PROTOCOLS,
    making: Making | None = None,
    *,
    security: bool = True,
) -> Offers:
    """What contracts offer: values, files, folders, globs or addresses (``https://…``).

    Raises a `VerifierError` for what cannot be read. `protocols` leaves out what is spoken by others; `making` is what
    generated values depend on. Without `security` nobody is asked for the credentials that OpenAPI descriptions ask
    for.
    """
    contracts = [one async for one in _contracts(places)]
    for one in contracts:
        if one.unreadable:
            raise ContractUnreadable(one.name, [one.unreadable])
    kinds = [(kind_of(one), one) for one in contracts]
    opening = _Opening(kinds, tuple(protocols), making or Making(), security=security)
    try:
        for kind, contract in kinds:
            await opening.take(kind, contract)
        opening.bind()
    except SchemasError as error:
        raise UsageError(f"{error}") from None
    if not opening.offers:
        raise UsageError(_nothing(opening.offers, protocols))
    return opening.offers


async def _contracts(places: Iterable[Contract | str | Path]) -> Any:
    for place in places:
        if isinstance(place, Contract):
            yield place
            continue
        source: Source = Files(place)
        if isinstance(place, str) and place.startswith(_ADDRESSES):
            source = Addresses((place,))
        async for contract in source.contracts():
            yield contract


def kind_of(contract: Contract) -> str:
    """The format of a contract as a stub takes it; schemas are told by what they say."""
    if contract.format not in _TOLD_BY_CONTENT:
        return contract.format
    try:
        found = detect(Path(contract.name).name, contract.content)
    except (SchemasError, ImportError):
        return contract.format
    if found == "graphql":
        return _SCHEMA
    return found if found in ("protobuf", "avro", "jsonschema") else contract.format


class _Opening:
    """The contracts of one stub, which may need each other: a schema serves operations that have none."""

    def __init__(
        self, kinds: Sequence[tuple[str, Contract]], protocols: tuple[str, ...], making: Making, *, security: bool
    ) -> None:
        self._security = security
        self.offers = Offers()
        self._protocols = protocols
        self._making = making
        self._schemas = [one for kind, one in kinds if kind == _SCHEMA]
        self._only_lent = any(kind == "graphql-operations" and not _has_schema(one) for kind, one in kinds)
        self._protos = [one for kind, one in kinds if kind == "protobuf"]
        self._loaded: dict[str, Any] = {}
        self._pacts: list[Contract] = []
        self._before_pacts = 0
        self._made_up: list[Book] = []
        """What knows whatever a schema allows: the others say more."""

    async def take(self, kind: str, contract: Contract) -> None:
        """Open one contract."""
        if kind == "pact":
            self._take_pact(contract)
            return
        protocol = _SPEAKS.get(kind)
        if protocol is None:
            text = f"it is of the format {kind!r}, which says nothing that a stub could answer"
            raise ContractUnreadable(contract.name, [text])
        if protocol not in self._protocols:
            return
        match kind:
            case "openapi":
                self._take_openapi(contract)
            case "grpc":
                schemas = [self._schema(one) for one in self._protos]
                self.offers.calls += await part("grpc").expected_pages(contract, schemas)
            case "protobuf":
                self.offers.calls += part("grpc").sample_pages(self._schema(contract), Path(contract.name).name)
            case "message":
                self.offers.messages += part("messages.expected").expected_messages(contract)
            case "asyncapi":
                self.offers.messages += part("messages.asyncapi").described_messages(contract)
            case _:
                self._take_graphql(kind, contract)

    def _take_openapi(self, contract: Contract) -> None:
        book = part("openapi").book_of(contract, security=self._security)
        if book.titles:
            self.offers.books.append(book)
        else:
            self.offers.left_out.append(f"{contract.name} describes no operation.")

    def _take_graphql(self, kind: str, contract: Contract) -> None:
        graphql = part("graphql")
        self.offers.subscriptions = True
        if kind == _SCHEMA:
            if not self._only_lent:
                self._made_up.append(graphql.schema_book(contract))
            return
        if kind == "graphql-operations" and not _has_schema(contract) and self._schemas:
            lent = {Path(one.name).name: one.content for one in self._schemas}
            contract = replace(contract, files={**contract.files, **lent})
        self.offers.books.append(graphql.book_of(contract))

    def _take_pact(self, contract: Contract) -> None:
        found = interactions(contract)
        by_kind = {kind: [one for one in found if one.kind == kind] for kind in {one.kind for one in found}}
        if "http" in by_kind and "http" in self._protocols:
            self._before_pacts = self._before_pacts if self._pacts else len(self.offers.books)
            self._pacts.append(contract)
        if "grpc" in by_kind and "grpc" in self._protocols:
            self.offers.calls += part("grpc").pact_pages(by_kind["grpc"], self._making)
        if "message" in by_kind and "message" in self._protocols:
            self.offers.messages += part("messages").pact_messages(by_kind["message"], self._making)
        for one in by_kind.get("sync-message", ()) if "message" in self._protocols else ():
            self.offers.left_out.append(f"{one.title} is a synchronous message, which a stub does not answer.")

    def bind(self) -> None:
        """Put what all pacts say over HTTP into one book, in the place of the first: it finds the nearest of them."""
        if self._pacts:
            self.offers.books.insert(self._before_pacts, PactBook(self._pacts, self._making))
        self.offers.books += self._made_up

    def _schema(self, contract: Contract) -> Any:
        if contract.name not in self._loaded:
            self._loaded[contract.name] = part("grpc.descriptors").schema_of(contract)
        return self._loaded[contract.name]


def _has_schema(contract: Contract) -> bool:
    return any(name.endswith((".graphql", ".graphqls", ".gql")) for name in contract.files)


def _nothing(offers: Offers, protocols: Sequence[str]) -> str:
    if offers.left_out:
        return f"There is nothing that a stub could answer: {' '.join(offers.left_out)}"
    spoken = f" over {', '.join(protocols)}" if len(protocols) < len(PROTOCOLS) else ""
    return f"There is nothing in these contracts that a stub could answer{spoken}."
