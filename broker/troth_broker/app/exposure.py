"""How far a broker may be seen: beyond this machine only with credentials, encrypted if it has a certificate."""

import ipaddress
import socket
import ssl
from pathlib import Path
from typing import NoReturn

from troth_broker.settings import BadSetting, Settings


class CannotListen(OSError):
    """The address is taken, is not this machine's, or may not be used."""


def listener(settings: Settings) -> socket.socket:
    """The socket that the broker serves on. Raises CannotListen, or BadSetting for one that anybody could write to."""
    host, port = settings.host, settings.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as problem:
        _cannot(host, port, problem)
    reachable = not all(ipaddress.ip_address(str(place[0]).partition("%")[0]).is_loopback for *_, place in found)
    if reachable and not settings.has_credentials and not settings.allow_open:
        raise BadSetting(
            f"{host} can be reached from other machines, where without credentials anybody could change everything: "
            "set TROTH_BASIC_AUTH_USERNAME and TROTH_BASIC_AUTH_PASSWORD (or TROTH_BEARER_TOKEN), listen on 127.0.0.1, "
            "or give --allow-open where a proxy in front asks for credentials"
        )
    try:
        return socket.create_server((host, port), family=found[0][0], backlog=2048)
    except OSError as problem:
        _cannot(host, port, problem)


def _cannot(host: str, port: int, problem: OSError) -> NoReturn:
    # Python adds the address to the system's sentence; ours has it already.
    why = str(problem.strerror or problem).partition(" (while")[0]
    raise CannotListen(f"cannot listen on {host}:{port}: {why}") from problem


def seen_by(settings: Settings) -> str:
    """Who may use this broker, in a few words for the log."""
    if settings.has_credentials:
        return "those with credentials; everybody may read" if settings.allow_public_read else "those with credentials"
    return "everybody who reaches it" if settings.allow_open else "everybody on this machine, as no credentials are set"


def tls(settings: Settings) -> ssl.SSLContext | None:
    """What encrypts connections; None without a certificate. Raises BadSetting for files that cannot be used."""
    if not settings.tls_certificate:
        return None
    for name in ("tls_certificate", "tls_key"):
        try:
            Path(getattr(settings, name)).read_bytes()
        except OSError as problem:
            raise BadSetting(f"{name} {getattr(settings, name)} cannot be read: {problem.strerror}") from None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key, password=_no_password)
    except ssl.SSLError as problem:
        why = next((why for words, why in _TLS_REASONS.items() if words in str(problem)), str(problem))
        raise BadSetting(
            f"tls_certificate {settings.tls_certificate} and tls_key {settings.tls_key} cannot be used: {why}"
        ) from None
    return context


_TLS_REASONS = {
    "KEY_VALUES_MISMATCH": "the key belongs to another certificate",
    "PEM lib": "one of them is no PEM file, or not what its setting says",
}


def _no_password() -> NoReturn:
    raise BadSetting("tls_key is encrypted, and nobody is here to type its password: give a key without one")
