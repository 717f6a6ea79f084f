"""The base URL that links start with: configured, or derived from the request and its forwarding headers."""

from collections.abc import Mapping

_DEFAULT_PORTS = {"http": "80", "https": "443"}


def _origin(scheme: str, host: str) -> str:
    name, separator, port = host.rpartition(":")
    if separator and port == _DEFAULT_PORTS.get(scheme):
        host = name
    return f"{scheme}://{host}"


def _first(text: str) -> str:
    return text.partition(",")[0].strip()


def _forwarded(scheme: str, headers: Mapping[str, str], host: str) -> str:
    proto = _first(headers.get("x-forwarded-proto") or headers.get("x-forwarded-scheme") or "")
    if not proto:
        proto = "https" if headers.get("x-forwarded-ssl", "") == "on" else scheme
    name = _first(headers.get("x-forwarded-host", "")) or host
    port = _first(headers.get("x-forwarded-port", ""))
    if port and ":" not in name.rpartition("]")[2]:
        name = f"{name}:{port}"
    return _origin(proto, name)


def base_url(configured: tuple[str, ...], scheme: str, headers: Mapping[str, str], root_path: str = "") -> str:
    """The base of every link, without a trailing slash.

    With several configured bases, the one that the request came in by; the first, if it came in by none of them, so
    that forged forwarding headers cannot choose a link's host.
    """
    host = headers.get("host", "localhost")
    if len(configured) == 1:
        return configured[0].rstrip("/")
    forwarded = _forwarded(scheme, headers, host) + root_path
    if not configured:
        return forwarded.rstrip("/")
    bases = [base.rstrip("/") for base in configured]
    for candidate in (forwarded, _origin(scheme, host) + root_path):
        for base in bases:
            if base == candidate or base.startswith(candidate + "/"):
                return base
    return bases[0]
