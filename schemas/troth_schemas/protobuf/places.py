"""From an element of a file to its line, read from protoc's SourceCodeInfo only when somebody asks."""

from google.protobuf.descriptor_pb2 import SourceCodeInfo


class Lines:
    """The lines of one file's elements by their paths, as ``SourceCodeInfo`` has them."""

    def __init__(self, info: bytes) -> None:
        self._info = info
        self._lines: dict[tuple[int, ...], int] | None = None

    def line(self, path: tuple[int, ...]) -> int | None:
        """The line (from 1) of an element; None in descriptors that carry no lines."""
        if not self._info:
            return None
        if self._lines is None:
            locations = SourceCodeInfo.FromString(self._info).location
            found: dict[tuple[int, ...], int] = {}
            for one in locations:
                found.setdefault(tuple(one.path), one.span[0] + 1)
            self._lines = found
        return self._lines.get(path) or self._lines.get(path[:-1])
