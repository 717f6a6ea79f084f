"""A contract of any format: its documents and its format, read once per content."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from troth_schemas import formats
from troth_schemas.formats import Loaded
from troth_schemas.options import DEFAULT, Options
from troth_schemas.report import Report
from troth_schemas.sources import Sources

_MOST_KEPT: Final = 64
_MOST_BYTES_KEPT: Final = 64_000_000
"""What is kept of contracts that were read, by the size of their documents; a read one takes about five times that."""


class _Kept:
    """Contracts that were read, the most recently used last. Equal documents are read once, whichever thread asks."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[str, tuple[Loaded, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Loaded | None:
        try:
            self._loaded.move_to_end(key)
            return self._loaded[key][0]
        except KeyError:
            return None

    def put(self, key: str, loaded: Loaded, size: int) -> None:
        entry = (loaded, size)
        if size > _MOST_BYTES_KEPT or self._loaded.setdefault(key, entry) is not entry:
            return
        self._bytes += size
        while len(self._loaded) > _MOST_KEPT or self._bytes > _MOST_BYTES_KEPT:
            _, (_, freed) = self._loaded.popitem(last=False)
            self._bytes -= freed


_kept = _Kept()


@dataclass(frozen=True)
class Contract:
    """A contract as it was written, with its format."""

    format: str
    sources: Sources

    @property
    def loaded(self) -> Loaded:
        """The contract, read; from memory where an equal one was read lately. Raises ContractUnreadable."""
        found = _kept.get(self._key)
        if found is None:
            found = formats.find(self.format).load(self.sources)
            _kept.put(self._key, found, sum(map(len, self.sources.files.values())))
        return found

    @cached_property
    def _key(self) -> str:
        return f"{self.format} {fingerprint_of(self.sources)}"

    @property
    def digest(self) -> str:
        """What it says, as the SHA-256 of its canonical form."""
        return formats.find(self.format).digest(self.loaded.document)


def fingerprint_of(sources: Sources) -> str:
    """The SHA-256 of the documents with their names."""
    whole = hashlib.sha256(sources.root.encode())
    for name in sorted(sources.files):
        content = sources.files[name]
        whole.update(b"\0%d %d\0" % (len(name.encode()), len(content)))
        whole.update(name.encode())
        whole.update(content)
    return whole.hexdigest()


def compare(reader: Contract, writer: Contract, options: Options = DEFAULT) -> Report:
    """A contract against another version of itself: does the reader accept all that the writer may write?

    Both have one format. BACKWARD evolution is ``compare(new, old)``.
    """
    assert reader.format == writer.format, "a contract is compared with its own earlier version"
    return formats.find(reader.format).compare(reader.loaded.document, writer.loaded.document, options)
