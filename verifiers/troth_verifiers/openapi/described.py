"""What a description says, twice: as the model in which operations are found, and as one value of OpenAPI 3."""

from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlsplit

from troth_schemas.errors import ContractUnreadable as DocumentUnreadable
from troth_schemas.errors import ExtraMissing
from troth_schemas.json_body import Document, Json
from troth_schemas.openapi import Api, Operation, load
from troth_schemas.openapi.bases import base_path
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract
from troth_verifiers.errors import ContractUnreadable, UsageError
from troth_verifiers.openapi.bundling import bundled, followed
from troth_verifiers.openapi.securing import Lock, lock_of
from troth_verifiers.openapi.upgrading import upgraded

ORIGIN: Final = "http://provider.invalid"
"""What stands for the provider's address in the documents that are handed to libraries."""

_LEFT_OUT: Final = ("servers", "security", "paths", "webhooks", "tags")


@dataclass(frozen=True, slots=True)
class Described:
    """An API: `api` is the model, `document` the whole description as one value of OpenAPI 3."""

    api: Api
    document: Document

    def alone(self, operation: Operation) -> Document:
        """A description of one operation and nothing else: libraries are slow on thousands of paths."""
        item = self._item(operation)
        own = {name: value for name, value in item.items() if name in ("parameters", operation.method)}
        written = own.get(operation.method)
        if isinstance(written, dict):
            own[operation.method] = {name: one for name, one in written.items() if name not in _NOT_ALONE}
        rest = {name: value for name, value in self.document.items() if name not in _LEFT_OUT}
        return {**rest, "servers": [{"url": ORIGIN}], "paths": {operation.path: own}}

    def parameters(self, operation: Operation) -> list[Document]:
        """The parameters of an operation, the path's own among them, as they are written in OpenAPI 3."""
        found: dict[tuple[Json, Json], Document] = {}
        item = self._item(operation)
        for holder in (item, item.get(operation.method)):
            entries = holder.get("parameters") if isinstance(holder, dict) else None
            for entry in entries if isinstance(entries, list) else ():
                one = followed(self.document, entry)
                found[str(one.get("in")), str(one.get("name"))] = one
        return list(found.values())

    def body(self, operation: Operation) -> Document:
        """The body of an operation's request as it is written in OpenAPI 3; nothing where there is none."""
        written = followed(self.document, self._item(operation).get(operation.method))
        return followed(self.document, written.get("requestBody"))

    def responses(self, operation: Operation) -> dict[str, Document]:
        """The answers of an operation by their status, as they are written in OpenAPI 3."""
        written = followed(self.document, self._item(operation).get(operation.method)).get("responses")
        members = written.items() if isinstance(written, dict) else ()
        return {str(status): followed(self.document, one) for status, one in members}

    def lock(self, operation: Operation) -> Lock | None:
        """What credentials an operation asks for; None where it lets anybody in."""
        return lock_of(self.document, followed(self.document, self._item(operation).get(operation.method)))

    @property
    def keys(self) -> frozenset[str]:
        """The query parameters that are credentials."""
        components = self.document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        known = [followed(self.document, one) for one in (schemes.values() if isinstance(schemes, dict) else ())]
        return frozenset(
            str(one.get("name")) for one in known if one.get("type") == "apiKey" and one.get("in") == "query"
        )

    def base(self, url: str) -> str:
        """Where the API's paths begin at a provider: below its address if that has a path, else as the servers say."""
        if urlsplit(url).path.strip("/") or not self.api.servers:
            return url.rstrip("/")
        return url.rstrip("/") + base_path(self.api.servers[0].usual)

    def _item(self, operation: Operation) -> Document:
        paths = self.document.get("paths")
        return followed(self.document, paths.get(operation.path) if isinstance(paths, dict) else None)


_NOT_ALONE: Final = ("servers", "security", "callbacks", "tags")


def described(contract: Contract) -> Described:
    """What a contract describes. Raises ContractUnreadable with every problem of it."""
    root = contract.name.rpartition("/")[2] or "openapi"
    sources = Sources(root, {root: contract.content, **contract.files})
    try:
        api = cast("Api", load(sources).document)
        document = bundled(sources)
    except ExtraMissing as error:
        raise UsageError(str(error)) from None
    except DocumentUnreadable as error:
        raise ContractUnreadable(contract.name, [str(error)]) from None
    return Described(api, upgraded(document) if api.version == "2.0" else document)
