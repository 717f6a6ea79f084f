"""Which address a call goes to: rules first, then the name, once; what was checked is what is called."""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

import httpx

from troth_broker.core.egress import as_address, host_matches, refusal_of
from troth_broker.settings import Settings

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a name. Raises OSError if there are none."""


class NotAllowed(Exception):
    """A call that the rules forbid; the message says which rule, and what would allow it."""


def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses that this machine finds for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def check_rules(settings: Settings, method: str, url: httpx.URL) -> None:
    """Raise NotAllowed unless the method, the scheme and the host are among those that the settings name."""
    if method.upper() not in {one.upper() for one in settings.webhook_http_method_whitelist}:
        raise NotAllowed(f"the method {method} is not in webhook_http_method_whitelist")
    if url.scheme not in {one.lower() for one in settings.webhook_scheme_whitelist}:
        raise NotAllowed(f"the scheme {url.scheme!r} is not in webhook_scheme_whitelist")
    if not url.host:
        raise NotAllowed("the URL names no host")
    if not 0 < _port(url) < 1 << 16:
        raise NotAllowed(f"there is no port {url.port}")
    rules = settings.webhook_host_whitelist
    if rules and not host_matches(url.host, rules):
        raise NotAllowed(f"the host {url.host} is not in webhook_host_whitelist")


def check_without_resolving(settings: Settings, url: httpx.URL) -> None:
    """What can be said of a host that a proxy will resolve: addresses are judged, and `localhost` is one."""
    host = url.host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        host = "127.0.0.1"
    with suppress(OSError, ValueError):
        host = socket.inet_ntoa(socket.inet_aton(host))  # 127.1, 0x7f000001 and 2130706433 are addresses, too
    if as_address(host) is not None:
        _check(settings, url.host, host)


async def checked_addresses(settings: Settings, url: httpx.URL, resolve: Resolve) -> list[str]:
    """Every address of the host. Raises NotAllowed if one of them may not be called, OSError if there are none."""
    host = url.raw_host.decode("ascii").strip("[]")
    found = [host] if as_address(host) is not None else list(await _elsewhere(resolve, host, _port(url)))
    if not found:
        raise OSError(f"{url.host} has no address")
    for address in found:
        _check(settings, url.host, address)
    return found


def _check(settings: Settings, host: str, address: str) -> None:
    allowed = settings.webhook_allowed_networks
    if host_matches(host, allowed):
        return
    refusal = refusal_of(address, allowed)
    if refusal is not None:
        where = host if host == address else f"{host} is {address}, which"
        raise NotAllowed(f"{where} {refusal}; TROTH_WEBHOOK_ALLOWED_NETWORKS could list it")


def _port(url: httpx.URL) -> int:
    return {"http": 80}.get(url.scheme, 443) if url.port is None else url.port


async def _elsewhere(resolve: Resolve, host: str, port: int) -> Sequence[str]:
    """Ask a resolver that may hang, in a thread that nobody waits for at the end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()

    def tell(addresses: Sequence[str], problem: Exception | None) -> None:
        if not answer.done():
            answer.set_exception(problem) if problem else answer.set_result(addresses)

    def ask() -> None:
        addresses: Sequence[str] = ()
        problem: Exception | None = None
        try:
            addresses = resolve(host, port)
        except (OSError, UnicodeError) as error:
            problem = OSError(f"the name {host} cannot be resolved: {getattr(error, 'strerror', None) or error}")
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(tell, addresses, problem)

    threading.Thread(target=ask, name="troth-resolver", daemon=True).start()
    return await answer
