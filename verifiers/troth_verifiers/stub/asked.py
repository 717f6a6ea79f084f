"""What a consumer asked of a stub, and what became of it."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; names of headers are in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The path without its query, as it was written."""
        return urlsplit(self.target).path or "/"

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's values by name."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(urlsplit(self.target).query, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found

    def header(self, name: str) -> str:
        """The values of a header, joined by commas; "" where it did not come."""
        return ", ".join(value for key, value in self.headers if key == name.lower())


@dataclass(frozen=True, slots=True)
class Reply:
    """What the stub answers."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """A request that the contracts know: which interaction answered it."""

    asked: Asked
    interaction: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that no contract knows: why the nearest interactions are not meant."""

    asked: Asked
    nearest: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def text(self) -> str:
        """The refusal for people."""
        lines = [f"No contract knows {self.asked.method} {self.asked.target}."]
        for interaction, reasons in self.nearest:
            lines.append(f"  {interaction}:")
            lines += [f"    {reason}" for reason in reasons]
        return "\n".join(lines)
