"""A contract as it was written: bytes by name."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sources:
    """The bytes of each document by name, and which of them is the root.

    Names are relative, with forward slashes, such as ``common/money.proto``. Nothing else is ever read.
    """

    root: str
    files: Mapping[str, bytes]

    @property
    def text(self) -> bytes:
        """The bytes of the root document."""
        return self.files[self.root]


def one(name: str, content: bytes) -> Sources:
    """A contract in one document."""
    return Sources(name, {name: content})
