"""The environment of the child process: what keeps the library quiet, quick and away from the network."""

import os
from collections.abc import Mapping
from pathlib import Path

import certifi

from troth_verifiers.api import Target

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def environment(target: Target, folder: Path, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables for a child that talks to this target; files it needs are written into `folder`."""
    kept = {name: value for name, value in inherited.items() if name.upper() not in _PROXIES}
    return kept | {"PACT_DO_NOT_TRACK": "true", "NO_PROXY": "*"} | _trust(target, folder)


def _trust(target: Target, folder: Path) -> dict[str, str]:
    """Which certificates to load. For every request the library reads all it is pointed to, which costs 5 ms.

    It refuses to work without any, even over plain HTTP; so where none is needed it gets a single one.
    """
    secure = (target.url or "").lower().startswith("https:") and not target.insecure
    if secure and target.ca_file is None:
        return {}
    nowhere = folder / "no-certificates"
    nowhere.mkdir(exist_ok=True)
    if secure:
        return {"SSL_CERT_FILE": str(Path(str(target.ca_file)).resolve()), "SSL_CERT_DIR": str(nowhere)}
    one = folder / "one-certificate.pem"
    one.write_bytes(first_certificate(Path(certifi.where()).read_bytes()))
    return {"SSL_CERT_FILE": str(one), "SSL_CERT_DIR": str(nowhere)}


def first_certificate(bundle: bytes) -> bytes:
    """The first certificate of a PEM bundle, alone."""
    start = bundle.index(_BEGIN)
    return bundle[start : bundle.index(_END, start)] + _END + b"\n"
