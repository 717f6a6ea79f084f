"""What a consumer asked of a stub, and what became of it."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

SUBSCRIBE: Final = "SUBSCRIBE"
"""The method of an operation that came over a websocket."""
_ORIGIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; names of headers are in lower case.

    `protocol` is ``http``, ``graphql`` or ``grpc``. Of a call of gRPC `target` is ``/package.Service/Method``,
    `headers` are its metadata and `content` its requests as JSON. `what` says more than the target does, such as
    ``query Order``. An operation that came over a websocket has the method ``SUBSCRIBE``. `secure` says that it came
    over TLS.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = field(default=b"", repr=False)
    protocol: str = "http"
    what: str = ""
    secure: bool = False

    @property
    def path(self) -> str:
        """The path without its query, as it was written."""
        return self._parts()[0] or "/"

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's values by name."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(self._parts()[1], keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found

    def _parts(self) -> tuple[str, str]:
        """Path and query. Only a whole address names a host (RFC 9112, 3.2): what begins with ``//`` is a path."""
        local = self.target if self.target.startswith("/") else _ORIGIN.sub("", self.target, count=1)
        path, _, query = local.partition("#")[0].partition("?")
        return path, query

    @property
    def local(self) -> str:
        """The target without the host, as it was written."""
        path, query = self._parts()
        return f"{path or '/'}?{query}" if query else path or "/"

    @property
    def server(self) -> str:
        """The address under which the stub was asked; "" where the request does not tell."""
        host = self.header("host")
        return f"http{'s' * self.secure}://{host}" if host else ""

    @property
    def told(self) -> str:
        """The request in a few words."""
        target = self.path if self.protocol == "graphql" else self.target
        asked = target.removeprefix("/") if self.protocol == "grpc" else f"{self.method} {target}"
        return f"{asked} ({self.what})" if self.what else asked

    def header(self, name: str) -> str:
        """The values of a header, joined by commas; "" where it did not come."""
        return ", ".join(value for key, value in self.headers if key == name.lower())


@dataclass(frozen=True, slots=True)
class Reply:
    """What the stub answers; of a call of gRPC the status is gRPC's number and the content its responses as JSON."""

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
    """A request that no contract knows: why the nearest interactions are not meant.

    `why` is the first sentence, where there is a better one than that no contract knows it. `status` is HTTP's, and
    `challenge` what the header ``WWW-Authenticate`` says where that is 401.
    """

    asked: Asked
    nearest: tuple[tuple[str, tuple[str, ...]], ...] = ()
    why: str = ""
    status: int = 501
    challenge: str = ""

    @property
    def text(self) -> str:
        """The refusal for people."""
        lines = [self.why or f"No contract knows {self.asked.told}."]
        for interaction, reasons in self.nearest:
            lines.append(f"  {interaction}:")
            lines += [f"    {reason}" for reason in reasons]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the stub put on its channel; `fault` says what was done wrong with it on purpose."""

    message: str
    channel: str
    contents: bytes = field(repr=False)
    fault: str = ""
