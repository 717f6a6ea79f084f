"""Contracts from the web: a document at an address, with those that it refers to beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from troth_verifiers.api import Contract
from troth_verifiers.drafting import Draft, draft, inside
from troth_verifiers.errors import SourceUnreadable
from troth_verifiers.secrecy import bare, hidden_in_query

LARGEST: Final = 100_000_000
"""Bytes; a longer document is not taken."""
_UNREACHABLE: Final = 3


def plain_client() -> httpx.AsyncClient:
    """A client without credentials; each step of an answer may take 30 s."""
    return httpx.AsyncClient(follow_redirects=True, timeout=30.0)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The contracts at these addresses, in their order. The format is told from what each says, as that of a file is.

    `client` makes what fetches them; `seconds` bounds one document with its whole answer.
    """

    urls: tuple[str, ...]
    client: Callable[[], httpx.AsyncClient] = plain_client
    seconds: float = 300.0

    async def contracts(self) -> AsyncIterator[Contract]:
        """Yield a contract for each address; raises `SourceUnreadable`."""
        async with self.client() as client:
            for url in self.urls:
                yield await self._contract(client, url)

    async def _contract(self, client: httpx.AsyncClient, url: str) -> Contract:
        shown = _shown(url)
        if not _is_address(url):
            raise SourceUnreadable(f"{shown} is no address of a contract: write https://…, or give a file as it is.")
        response = await self._found(client, url)
        if response is None:
            raise SourceUnreadable(f"There is nothing at {shown} (404).")
        kind = response.headers.get("content-type", "")
        found = draft(unquote(urlsplit(url).path), response.content, yaml="yaml" in kind)
        files = {}
        for name in found.around:
            if (beside := await self._found(client, urljoin(url, name))) is not None:
                files[name] = beside.content
        try:
            files |= await self._referred(client, url, found, files)
        except SourceUnreadable as problem:
            if problem.exit_code == _UNREACHABLE:
                raise
            found = replace(found, unreadable=problem.text)
        return found.with_files(files, shown=shown, origin=shown)

    async def _referred(
        self, client: httpx.AsyncClient, url: str, found: Draft, given: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        """The documents that it refers to, or that those do; an imported one is looked for wherever it may lie."""
        files, nowhere = dict(given), set[str]()
        while new := found.needs(files):
            files |= {name: await self._beside(client, url, name) for name in new}
        while new := tuple(name for name in found.imports(files) if name not in nowhere):
            beside = await self._found(client, urljoin(url, inside(_shown(url), new[0])))
            if beside is None:
                nowhere.add(new[0])
            else:
                files[new[0]] = beside.content
        return files

    async def _beside(self, client: httpx.AsyncClient, url: str, name: str) -> bytes:
        at, shown = urljoin(url, inside(_shown(url), name)), _shown(url)
        if (beside := await self._found(client, at)) is None:
            raise SourceUnreadable(f"{shown} refers to {name}, and there is nothing at {_shown(at)} (404).")
        return beside.content

    async def _found(self, client: httpx.AsyncClient, url: str) -> httpx.Response | None:
        """The answer; None where there is no such document."""
        try:
            async with asyncio.timeout(self.seconds):
                return await _fetched(client, url)
        except TimeoutError:
            why = f"the answer was not whole within {self.seconds:g} s"
        except (httpx.TransportError, httpx.InvalidURL, httpx.TooManyRedirects, httpx.DecodingError) as error:
            why = str(error) or type(error).__name__
        problem = SourceUnreadable(f"{_shown(url)} cannot be fetched: {why.rstrip('.')}.")
        problem.exit_code = _UNREACHABLE
        raise problem


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # brackets, or a port that is none
        return False


def _shown(url: str) -> str:
    """An address as reports show it, without credentials."""
    mark, query = url.partition("?")[1:]
    return f"{bare(url)}{hidden_in_query(mark + query)}"


async def _fetched(client: httpx.AsyncClient, url: str) -> httpx.Response | None:
    async with client.stream("GET", url) as response:
        if response.status_code in (404, 410):
            return None
        if not response.is_success:
            raise SourceUnreadable(f"{_shown(url)} was answered with {response.status_code}: {_advice(response)}.")
        parts, size = [], 0
        async for part in response.aiter_bytes():
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise SourceUnreadable(f"The document at {_shown(url)} is larger than {LARGEST // 1_000_000} MB.")
        kind = {"content-type": response.headers.get("content-type", "")}
        return httpx.Response(200, content=b"".join(parts), headers=kind)


def _advice(response: httpx.Response) -> str:
    if response.status_code in (401, 403):
        return "it wants credentials; what a broker holds is fetched with --broker and the broker's credentials"
    return response.reason_phrase or "that is no document"
