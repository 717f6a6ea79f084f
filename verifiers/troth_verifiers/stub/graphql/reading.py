"""What contracts of GraphQL say to a stub: expectations, documents of operations, schemas."""

from troth_schemas.errors import SchemasError
from troth_schemas.formats import find
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract, Interaction
from troth_verifiers.errors import ContractUnreadable
from troth_verifiers.graphql import GraphqlVerifier
from troth_verifiers.graphql.asked import Asked, Piece
from troth_verifiers.stub.graphql.book import GraphqlBook, Page


def schema_book(contract: Contract) -> GraphqlBook:
    """All that a schema (SDL, or the result of an introspection) allows, made up. Raises `ContractUnreadable`."""
    return GraphqlBook(contract.name, schema=_schema(contract))


def book_of(contract: Contract) -> GraphqlBook:
    """The operations of expectations or of a document with its schema beside it. Raises `ContractUnreadable`."""
    found = GraphqlVerifier().interactions(contract)
    pieces = [piece for one in found if isinstance(piece := one.body, Piece)]
    schema = next((piece.schema for piece in pieces if piece.schema is not None), None)
    path = next((piece.place.path for piece in pieces if piece.place.path), "/graphql")
    socket_path = next((piece.place.subscriptions for piece in pieces if piece.place.subscriptions), "")
    asking = [(one, piece) for one, piece in zip(found, pieces, strict=True) if _asks(piece)]
    pages = [_page(contract, one, piece, schema) for one, piece in asking]
    if not pages:
        raise ContractUnreadable(contract.name, ["it holds no operation that a stub could answer"])
    if schema is not None:
        pages += [_trigger(one, piece.trigger) for one, piece in asking if piece.trigger is not None]
    return GraphqlBook(contract.name, pages, schema, path, socket_path)


def _schema(contract: Contract) -> SchemaDocument:
    try:
        document = find("graphql").load(Sources(contract.name, {contract.name: contract.content, **contract.files}))
    except SchemasError as error:
        raise ContractUnreadable(contract.name, [str(error)]) from None
    assert isinstance(document.document, SchemaDocument)
    wrong = [str(one) for one in document.problems if one.severity == "error"]
    if wrong:
        raise ContractUnreadable(contract.name, wrong)
    return document.document


def _asks(piece: Piece) -> bool:
    """Whether it is an operation, and not the comparison of schemas."""
    return piece.trouble is not None or piece.asked is not None


def _page(contract: Contract, interaction: Interaction, piece: Piece, schema: SchemaDocument | None) -> Page:
    if piece.trouble is not None or piece.asked is None:
        why = piece.trouble.text if piece.trouble else ""
        raise ContractUnreadable(contract.name, [f"{interaction.description}: {why}"])
    says = piece.expected.says
    if schema is None and not says.keys() & {"data", "errors", "events"}:
        text = f"{interaction.description}: it states no data, and there is no schema from which to make them up"
        raise ContractUnreadable(contract.name, [text])
    return Page(
        interaction.title,
        piece.asked.operation,
        piece.asked.query,
        piece.asked.variables,
        says,
        tuple(state.name for state in interaction.states),
    )


def _trigger(interaction: Interaction, asked: Asked) -> Page:
    """What brings a subscription's events about; its answer is made up."""
    return Page(f"the trigger of {interaction.description}", asked.operation, asked.query, asked.variables)
