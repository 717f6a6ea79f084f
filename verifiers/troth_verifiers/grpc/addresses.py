"""Where a provider speaks gRPC."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from troth_verifiers.api import Target
from troth_verifiers.errors import TargetIncomplete

_SECURE: Final = {"grpc": False, "http": False, "grpcs": True, "https": True}
_USUAL: Final = {"http": 80, "https": 443, "grpcs": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port, and whether TLS is spoken there."""

    host: str
    port: int
    secure: bool

    def __str__(self) -> str:
        return f"{'grpcs' if self.secure else 'grpc'}://{self.place}"

    @property
    def place(self) -> str:
        """``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address_of(target: Target) -> Address:
    """The provider's address for gRPC; raises `TargetIncomplete` with the reason where there is none."""
    written = target.at("grpc")
    if not written:
        raise TargetIncomplete("The contract holds gRPC calls, but no address of the provider was given for gRPC.")
    return _read(written)


@lru_cache(maxsize=256)
def _read(written: str) -> Address:
    try:
        parts = urlsplit(written if "://" in written else f"grpc://{written}")
        host, port = parts.hostname, parts.port or _USUAL.get(parts.scheme)
    except ValueError:
        host, port = None, None
    plain = host and port and parts.scheme in _SECURE and not (parts.query or parts.fragment or parts.path.strip("/"))
    if not plain or host is None or port is None:
        raise TargetIncomplete(
            f"{written!r} is not the address of a gRPC server; write it like 127.0.0.1:50051 or grpcs://host:443."
        )
    if parts.username is not None:
        raise TargetIncomplete("The provider's address holds credentials; give them as a header instead.")
    return Address(host, port, _SECURE[parts.scheme])
