"""A schema from `.proto` files or a descriptor set, with the files that it imports from beside it."""

from pathlib import Path, PurePosixPath

from troth_schemas.errors import SchemasError
from troth_schemas.formats import find
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract
from troth_verifiers.errors import ContractUnreadable


def schema_of(contract: Contract) -> Schema:
    """The schema of a contract; raises `ContractUnreadable` with every problem, or where it has no service."""
    root = Path(contract.name).name
    files = {root: contract.content, **contract.files}
    folder = None if contract.origin is None else Path(contract.origin).parent
    try:
        while folder is not None and (new := _beside(Sources(root, files), folder)):
            files |= new
        loaded = find("protobuf").load(Sources(root, files))
    except SchemasError as error:
        raise ContractUnreadable(contract.name, [str(error)]) from None
    wrong = [str(one) for one in loaded.problems if one.severity == "error"]
    if wrong:
        raise ContractUnreadable(contract.name, wrong)
    assert isinstance(loaded.document, Schema)
    if not any(loaded.document.own(one) for one in loaded.document.services.values()):
        raise ContractUnreadable(contract.name, ["it has no service, so there is nothing to call"])
    return loaded.document


def _beside(sources: Sources, folder: Path) -> dict[str, bytes]:
    """The files that are imported and lie in the folder or below."""
    found: dict[str, bytes] = {}
    for name in find("protobuf").needs(sources):
        path = PurePosixPath(name)
        if (
            name not in sources.files
            and not path.is_absolute()
            and ".." not in path.parts
            and (folder / name).is_file()
        ):
            found[name] = (folder / name).read_bytes()
    return found
