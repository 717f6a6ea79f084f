"""Rules about where an API is served, and about the operations that the provider calls on its consumers."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from troth_schemas.finding import Found
from troth_schemas.openapi.addresses import Addresses, bases, lost, origins, urls
from troth_schemas.openapi.bases import is_among
from troth_schemas.openapi.model import Operation, Server
from troth_schemas.openapi.pair import ApiPair, Pair, Subject
from troth_schemas.rule import rule


@rule("openapi/server-removed", severity="breaking", mirror="openapi/server-added")
def server_removed(pair: ApiPair) -> Iterator[Found]:
    """The API is no longer served at an address, and no other address has its base path.

    Why it breaks: clients that send their requests there find nothing.
    Instead: go on serving it there, or redirect.
    Note: where everything still answers at the same paths, only the host has changed, which deployments do; that is
    risky. What only went from the server's address into the paths, or out of it, is told nowhere.
    """
    known = {one.url for one in pair.sides.reader.servers}
    gone = [one for one in pair.sides.writer.servers if one.url not in known]
    if not gone:
        return
    there = Addresses(pair.sides.reader.operations)
    hosts = origins(pair.sides.reader.servers)
    new_bases = {base for one in pair.sides.reader.servers for base in bases(one)} or {""}
    both = [one.writer for one in pair.met if one.reader is not None and one.writer is not None]
    for one in gone:
        away = next((each for each in both if one in each.servers and lost(each, one, there)), None)
        if both and away is None and all(is_among(host, hosts) for host in origins([one])):
            continue
        only_host = away is None if both else set(bases(one)) <= new_bases
        yield pair.subject.inner(f"server {one.url}", "server", one.url).found(
            f"The server {one.url} was removed",
            reader=pair.sides.reader.root,
            writer=one.location,
            severity="risky" if only_host else None,
            witness=pair.probe(one, away) if pair.probe and not only_host else None,
        )


@rule("openapi/endpoint-moved", severity="breaking",
      mirror="one way only: an operation that answers at one more address harms nobody")  # fmt: skip
def endpoint_moved(pair: ApiPair) -> Iterator[Found]:
    """An operation no longer answers at an address that it had through a server of its own, of its path or of the API.

    Why it breaks: clients that send their requests there find nothing.
    Instead: keep the server among those of the operation, or redirect.
    Note: where another server of the operation has the same base path, only the host has changed; that is risky.
    A server that the whole API lost is told once, as such.
    """
    mine, yours = pair.sides.reader, pair.sides.writer
    known = {one.url for one in mine.servers}
    told = {one for one in yours.servers if one.url not in known}
    there: Addresses | None = None
    for one in pair.met:
        if one.reader is None or one.writer is None:
            continue
        new, old = one.reader, one.writer
        if new.servers == mine.servers and old.servers == yours.servers:
            continue
        there = there or Addresses(mine.operations)
        subject = Subject(pair.sides, old.name, f"operation {old.name}", element=old.name)
        for server in old.servers:
            gone = [] if server in told else lost(old, server, there)
            away = server not in told and not all(
                is_among(host, origins(new.servers or mine.servers)) for host in origins([server])
            )
            if gone or away:
                at = f"at {gone[0]}" if gone else f"by {server.url}"
                yield subject.found(
                    f"{old.name} is no longer served {at}",
                    "server",
                    server.url,
                    reader=new.location,
                    writer=server.location,
                    severity=None if gone else "risky",
                    witness=pair.probe(server, old) if pair.probe and gone else None,
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
            if _still_there(old[one.url], name, gone, pair.sides.reader.servers):
                continue
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


def _still_there(old: Server, name: str, value: str, servers: Iterable[Server]) -> bool:
    """Whether the address with that value of the variable is that of another server."""
    variables = tuple(replace(one, enum=(value,)) if one.name == name else one for one in old.variables)
    known = {url for one in servers for url in urls(one)}
    return known.issuperset(urls(replace(old, variables=variables)))


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


SERVER_RULES = (server_removed, server_added, server_variable_narrowed, endpoint_moved)
WEBHOOK_RULES = (webhook_removed, webhook_added)
