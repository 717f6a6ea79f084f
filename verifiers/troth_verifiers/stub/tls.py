"""What a stub shows of itself where it speaks TLS."""

import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from troth_verifiers.errors import UsageError


@dataclass(frozen=True)
class Certificate:
    """A chain of certificates in PEM, the stub's own first, and its key; a key that is "" stands in the same file."""

    chain: str | Path
    key: str | Path = ""

    @cached_property
    def context(self) -> ssl.SSLContext:
        """The same for servers of Python. Raises `UsageError` for what cannot be read."""
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            made.load_cert_chain(self.chain, self.key or None, password=_unasked)
        except OSError as error:  # SSLError included
            shown = " and ".join(str(one) for one in (self.chain, self.key) if one)
            reason = error.strerror or error
            raise UsageError(f"{shown}: no certificate with its key can be read there: {reason}.") from None
        return made

    @property
    def pair(self) -> tuple[bytes, bytes]:
        """Key and chain, as gRPC wants them. Raises `UsageError` for what cannot be read."""
        _ = self.context
        return Path(self.key or self.chain).read_bytes(), Path(self.chain).read_bytes()


def _unasked() -> str:
    """A key with a password is not taken: nobody is there to be asked."""
    return ""
