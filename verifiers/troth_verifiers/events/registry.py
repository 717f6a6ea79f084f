"""A schema registry with Confluent's paths, such as Troth's own, asked for schemas by their ids."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx

from troth_schemas.sources import Sources
from troth_verifiers.events.errors import NotReplayable, RegistryUnreachable
from troth_verifiers.secrecy import bare
from troth_verifiers.transport import said

_SUFFIXES: Final = {"AVRO": ".avsc", "PROTOBUF": ".proto", "JSON": ".json"}
_ACCEPT: Final = {"Accept": "application/vnd.schemaregistry.v1+json, application/json"}


class SchemaUnknown(LookupError):
    """The registry answers, and has no such schema; its text is a sentence."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A schema by its id: its kind (AVRO, PROTOBUF, JSON), and its text with those that it refers to."""

    id: int
    kind: str
    sources: Sources


class Registry:
    """A registry at a URL, in which a user and a password may stand; each schema is asked for once."""

    def __init__(self, url: str, *, timeout: float) -> None:
        self.url = url.rstrip("/")
        self.shown = bare(self.url)
        self._timeout = timeout
        self._client = httpx.AsyncClient(timeout=timeout, trust_env=False, headers=_ACCEPT, follow_redirects=True)
        self._known: dict[int, Registered] = {}

    async def schema(self, identity: int) -> Registered:
        """The schema with an id. Raises SchemaUnknown, RegistryUnreachable."""
        if identity not in self._known:
            said = await self._get(f"/schemas/ids/{identity}", f"the schema id {identity}")
            kind = str(said.get("schemaType") or "AVRO")
            root = f"{identity}{_SUFFIXES.get(kind, '')}"
            files = {root: str(said.get("schema", "")).encode()}
            await self._refer(said, files)
            self._known[identity] = Registered(identity, kind, Sources(root, files))
        return self._known[identity]

    async def id_of(self, subject: str, kind: str, schema: str) -> int:
        """The id under which a subject's schema is registered. Raises `NotReplayable`, RegistryUnreachable."""
        wanted = {"schema": schema, "schemaType": kind}
        what = f"this schema under the subject {subject!r}"
        answer = await self._send("POST", f"/subjects/{quote(subject, safe='')}", wanted)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotReplayable(f"The registry {self.shown} does not know {what}; register it there first.")
        found = _object(answer).get("id")
        if not answer.is_success or not isinstance(found, int):
            raise RegistryUnreachable(f"The registry {self.shown} answered {answer.status_code} when asked for {what}.")
        return found

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _refer(self, said: Mapping[str, Any], files: dict[str, bytes]) -> None:
        for one in _references(said):
            name, subject, version = str(one.get("name")), str(one.get("subject")), one.get("version")
            if name not in files:
                path = f"/subjects/{quote(subject, safe='')}/versions/{version}"
                found = await self._get(path, f"version {version} of {subject!r}")
                files[name] = str(found.get("schema", "")).encode()
                await self._refer(found, files)

    async def _get(self, path: str, what: str) -> Mapping[str, Any]:
        answer = await self._send("GET", path)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise SchemaUnknown(f"The registry {self.shown} knows nothing of {what}.")
        found = _object(answer)
        if not answer.is_success or not found:
            odd = ", which is no JSON object," if answer.is_success else ""
            text = f"The registry {self.shown} answered {answer.status_code}{odd} when asked for {what}."
            raise RegistryUnreachable(text)
        return found

    async def _send(self, method: str, path: str, body: object = None) -> httpx.Response:
        try:
            async with asyncio.timeout(self._timeout):  # the client's own is for each piece of an answer
                return await self._client.request(method, self.url + path, json=body)
        except TimeoutError:
            text = f"The registry {self.shown} could not be asked: it did not answer within {self._timeout:g} s."
            raise RegistryUnreachable(text) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RegistryUnreachable(f"The registry {self.shown} could not be asked: {said(error)}.") from None


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        value = answer.json()
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _references(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = said.get("references")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
