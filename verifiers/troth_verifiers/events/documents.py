"""An AsyncAPI document as it is handed over, read."""

from pathlib import PurePosixPath
from typing import Final

from troth_schemas.asyncapi.loading import read
from troth_schemas.asyncapi.model import Api
from troth_schemas.errors import ContractUnreadable as Unreadable
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract
from troth_verifiers.errors import ContractUnreadable

_SUFFIXES: Final = (".json", ".yaml", ".yml")


def api_of(contract: Contract) -> tuple[Api, list[str]]:
    """What a document describes, and what is wrong with it, a sentence each. Raises `ContractUnreadable`."""
    name = _root(contract)
    try:
        api, problems = read(Sources(name, {**contract.files, name: contract.content}))
    except (Unreadable, ImportError) as error:
        raise ContractUnreadable(contract.name, [str(error)]) from None
    return api, [str(one) for one in problems if one.severity == "error"]


def is_consumers(contract: Contract) -> bool:
    """Whether a document names consumer and provider: it describes the consumer, and its provider is the other side."""
    return bool(contract.consumer and contract.provider)


def _root(contract: Contract) -> str:
    """What the document is called among its files, which refer to each other from the folder that it is in."""
    name = PurePosixPath(contract.origin or contract.name).name
    if name.lower().endswith(_SUFFIXES):
        return name
    return "asyncapi.json" if contract.content.lstrip()[:1] == b"{" else "asyncapi.yaml"
