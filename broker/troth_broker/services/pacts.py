"""Reading and deleting pacts."""

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.services.world import World
from troth_broker.store import applications, pact_deletes, pact_lists, pacts
from troth_broker.store.pact_lists import Listed
from troth_broker.store.pacts import Pact


def _present(found: Pact | None) -> Pact:
    if found is None:
        raise NotFound
    return found


def pact_of_version(world: World, provider: str, consumer: str, number: str) -> Pact:
    """The pact that a consumer version published for a provider."""
    return _present(world.store.read(pacts.of_version, provider, consumer, number))


def pact_of_content(world: World, provider: str, consumer: str, sha: str) -> Pact:
    """The newest publication that carries a content."""
    return _present(world.store.read(pacts.of_content, provider, consumer, sha))


def latest_pact(
    world: World,
    provider: str,
    consumer: str,
    *,
    tag: str | None = None,
    branch: str | None = None,
    untagged: bool = False,
) -> Pact:
    """The newest pact between two, of all or of one line."""

    def find(db: Connection) -> Pact | None:
        if tag is not None:
            return pacts.latest_tagged(db, provider, consumer, tag)
        if branch is not None:
            return pacts.latest_on_branch(db, provider, consumer, branch)
        return (pacts.latest_untagged if untagged else pacts.latest)(db, provider, consumer)

    return _present(world.store.read(find))


def _known(db: Connection, *names: str) -> None:
    for name in names:
        if applications.id_of(db, name) is None:
            raise NotFound(f"No pacticipant named {name} is known to this broker", named=True)


def pacts_between(
    world: World,
    provider: str,
    consumer: str,
    *,
    tag: str | None = None,
    branch: str | None = None,
    main_branch: bool = False,
    heads: bool = False,
) -> tuple[Listed, ...]:
    """The pacts between two, of all versions or of one line. Raises NotFound for a name that nobody uses."""

    def find(db: Connection) -> tuple[Listed, ...]:
        _known(db, provider, consumer)
        return pact_lists.between(
            db, provider, consumer, tag_name=tag, branch_name=branch, main_branch=main_branch, heads=heads
        )

    return world.store.read(find)


def pacts_of_provider(
    world: World,
    provider: str,
    *,
    tag: str | None = None,
    branch: str | None = None,
    main_branch: bool = False,
    newest: bool = False,
) -> tuple[Listed, ...]:
    """A provider's pacts, of all versions or of one line. Raises NotFound for a name that nobody uses."""

    def find(db: Connection) -> tuple[Listed, ...]:
        _known(db, provider)
        return pact_lists.of_provider(
            db, provider, tag_name=tag, branch_name=branch, main_branch=main_branch, newest=newest
        )

    return world.store.read(find)


def latest_pacts(world: World) -> tuple[Listed, ...]:
    """The newest pact of every integration."""
    return world.store.read(pact_lists.all_latest)


def delete_pact(world: World, provider: str, consumer: str, number: str) -> Pact | None:
    """Delete every revision of a version's pact; returns the newest pact that is left between the two."""

    def delete(db: Connection) -> Pact | None:
        _present(pacts.of_version(db, provider, consumer, number))
        pact_deletes.of_version(db, provider, consumer, number)
        return pacts.latest(db, provider, consumer)

    return world.store.write(delete)


def delete_pacts_between(
    world: World, provider: str, consumer: str, *, tag: str | None = None, branch: str | None = None
) -> Pact | None:
    """Delete the pacts between two, all or of one line; returns the newest pact that is left."""

    def delete(db: Connection) -> Pact | None:
        _known(db, provider, consumer)
        pact_deletes.between(db, provider, consumer, tag_name=tag, branch_name=branch)
        return pacts.latest(db, provider, consumer)

    return world.store.write(delete)
