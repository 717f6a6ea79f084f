"""Which certificates are trusted: the usual authorities, those in files and those in the store; or none is needed."""

import ssl
from collections.abc import Sequence
from functools import lru_cache

import httpx


class BadCertificate(ValueError):
    """A certificate that cannot be read; the message says which."""


@lru_cache(maxsize=16)
def trust(files: tuple[str, ...], certificates: tuple[str, ...], *, verify: bool) -> ssl.SSLContext:
    """How a server is to prove who it is. `certificates` are PEM texts."""
    if not verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context = httpx.create_ssl_context()
    for file in files:
        _load(context, f"the certificate file {file}", cafile=file)
    for number, text in enumerate(certificates, 1):
        _load(context, f"certificate {number} of the store", cadata=text)
    return context


def _load(context: ssl.SSLContext, what: str, *, cafile: str | None = None, cadata: str | None = None) -> None:
    try:
        context.load_verify_locations(cafile=cafile, cadata=cadata)
    except (OSError, ValueError) as error:
        raise BadCertificate(f"{what} cannot be read: {error}") from None


def check_files(files: Sequence[str]) -> None:
    """Raise BadCertificate unless every file holds certificates."""
    trust(tuple(files), (), verify=True)
