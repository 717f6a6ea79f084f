"""Rules about where an API is served, and about the operations that the provider calls on its consumers."""

from collections.abc import Iterator

from troth_schemas.finding import Found
from troth_schemas.openapi.model import Operation, Server
from troth_schemas.openapi.pair import ApiPair, Pair
from troth_schemas.openapi.path_index import base_path
from troth_schemas.rule import rule


@rule("openapi/server-removed", severity="breaking", mirror="openapi/server-added")
def server_removed(pair: ApiPair) -> Iterator[Found]:
    """The API is no longer served at an address, and no other address has its base path.

    Why it breaks: clients that send their requests there find nothing.
    Instead: go on serving it there, or redirect.
    Note: where another address has the same base path, only the host has changed, which deployments do; that is risky.
    """
    known = {one.url for one in pair.sides.reader.servers}
    bases = {base_path(one.url) for one in pair.sides.reader.servers} or {""}
    for one in pair.sides.writer.servers:
        if one.url not in known:
            only_host = base_path(one.url) in bases
            yield pair.subject.inner(f"server {one.url}", "server", one.url).found(
                f"The server {one.url} was removed",
                reader=pair.sides.reader.root,
                writer=one.location,
                severity="risky" if only_host else None,
                witness=pair.probe(one) if pair.probe and not only_host else None,
            )


@rule("openapi/server-added", severity="safe", mirror="openapi/server-removed")
def server_added(pair: ApiPair) -> Iterator[Found]:
    """The API is served at another address too.

    Why it matters: clients may use it.
    Instead: nothing, additions break nobody.
    """
    known = {one.url for one in pair.sides.writer.servers}
    for one in pair.sides.reader.servers:
        if one.url not in known:
            yield pair.subject.inner(f"server {one.url}", "server", one.url).found(
                f"The server {one.url} was added", reader=one.location, writer=pair.sides.writer.root
            )


@rule("openapi/server-variable-narrowed", severity="breaking", mirror="openapi/server-added")
def server_variable_narrowed(pair: ApiPair) -> Iterator[Found]:
    """A variable of a server's address no longer takes a value.

    Why it breaks: clients that use that address find nothing there.
    Instead: keep the value.
    Note: whether anything answers at an address is not said by a description, so there is no witness.
    """
    old = {one.url: one for one in pair.sides.writer.servers}
    for one in pair.sides.reader.servers:
        for name, gone in _narrowed(one, old.get(one.url)):
            yield pair.subject.inner(f"server {one.url}", "server", one.url).found(
                f"The variable {name!r} of the server {one.url} no longer takes {gone!r}",
                name,
                gone,
                reader=one.location,
                writer=old[one.url].location,
            )


def _narrowed(new: Server, old: Server | None) -> Iterator[tuple[str, str]]:
    if old is None:
        return
    known = {one.name: one for one in new.variables}
    for one in old.variables:
        now = known.get(one.name)
        if now is not None and now.enum:
            for value in dict.fromkeys((*one.enum, one.default)):
                if value not in now.enum:
                    yield one.name, value


@rule("openapi/webhook-removed", severity="risky", mirror="openapi/webhook-added", aliases=("webhook-removed",))
def webhook_removed(pair: Pair[Operation]) -> Iterator[Found]:
    """The provider no longer calls its consumers because of something: a webhook or a callback.

    Why it breaks: consumers that wait for the call wait for ever.
    Instead: go on calling, or tell all consumers first.
    """
    one = pair.only_writer
    if one is not None:
        yield pair.subject.found(f"The webhook {one.name} was removed", writer=one.location)


@rule("openapi/webhook-added", severity="safe", mirror="openapi/webhook-removed", aliases=("webhook-added",))
def webhook_added(pair: Pair[Operation]) -> Iterator[Found]:
    """The provider calls its consumers because of something else too: a webhook or a callback.

    Why it matters: consumers may want to answer.
    Instead: nothing, additions break nobody.
    """
    one = pair.only_reader
    if one is not None:
        yield pair.subject.found(f"The webhook {one.name} was added", reader=one.location)


SERVER_RULES = (server_removed, server_added, server_variable_narrowed)
WEBHOOK_RULES = (webhook_removed, webhook_added)
