"""Which verifier replays a contract, and with which of the documents that came with it."""

from collections.abc import Mapping
from posixpath import dirname, join, normpath, relpath

from troth_schemas.expectations.reading import read_expectations
from troth_schemas.sources import Sources


def replayed(format_name: str, sources: Sources) -> tuple[str, Mapping[str, bytes]]:
    """The name that a contract's verifier goes by, and the documents beside the root by the names it calls them.

    Expectations are replayed by the verifier of their protocol. Raises ContractUnreadable.
    """
    if not format_name.endswith("expectations"):
        folder = dirname(sources.root) or "."
        return format_name, {
            relpath(name, folder): exact for name, exact in sources.files.items() if name != sources.root
        }
    expectations, _ = read_expectations(sources.root, sources.text)
    known = {name: normpath(join(dirname(sources.root), name)) for name in expectations.schemas}
    there = {name: sources.files[place] for name, place in known.items() if place in sources.files}
    return expectations.protocol or "expectations", there
