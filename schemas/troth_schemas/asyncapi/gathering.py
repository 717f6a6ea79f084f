"""The documents that belong to an AsyncAPI document: those that it refers to, and what its .proto files import."""

from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath

from troth_schemas.documents import missing
from troth_schemas.protobuf.imports import unanswered
from troth_schemas.sources import Sources


def needs(sources: Sources) -> tuple[str, ...]:
    """The documents that were not given and may be there; of an imported one each place where it may lie."""
    return tuple(dict.fromkeys((*missing(sources), *imported(sources))))


def imported(sources: Sources) -> tuple[str, ...]:
    """Each place, in the root's folder or below, where a .proto file may lie that is imported and was not given.

    An import names a file from an include root, which is a folder above the one that imports.
    """
    return tuple(dict.fromkeys(_places(sources)))


def protos(sources: Sources) -> Mapping[str, bytes]:
    """The .proto files among the documents."""
    return {name: content for name, content in sources.files.items() if name.lower().endswith(".proto")}


def _places(sources: Sources) -> Iterator[str]:
    for name, wanted in unanswered(protos(sources)):
        folder = dirname(name)
        while True:
            place = normpath(join(folder, wanted))
            if not place.startswith(("/", "../")):
                yield place
            if not folder:
                break
            folder = dirname(folder)
