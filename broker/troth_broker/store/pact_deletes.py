"""Deleting publications: every revision, then the contents and bodies that nothing refers to any more."""

from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, exists, select

from troth_broker.store import verification_requests
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.pacts import PAIR, cp, id_of
from troth_broker.store.tables import (
    PACT,
    body,
    branch,
    branch_version,
    content,
    content_file,
    provider_content,
    provider_content_file,
    provider_contract,
    publication,
    registry_schema,
    tag,
    version,
)

_DOOMED = select(cp.c.consumer_version_id, cp.c.provider_id).where(*PAIR)
_OF_VERSION = _DOOMED.join(version, version.c.id == cp.c.consumer_version_id).where(
    version.c.number == bindparam("version")
)
_OF_TAG = _DOOMED.join(tag, tag.c.version_id == cp.c.consumer_version_id).where(tag.c.name == bindparam("tag"))
_OF_BRANCH = (
    _DOOMED.join(branch_version, branch_version.c.version_id == cp.c.consumer_version_id)
    .join(branch, branch.c.id == branch_version.c.branch_id)
    .where(branch.c.name == bindparam("branch"), branch.c.application_id == id_of("consumer"))
)

_REVISIONS = select(publication.c.content_id, publication.c.body_id).where(
    publication.c.consumer_version_id == bindparam("version"),
    publication.c.provider_id == bindparam("provider"),
    publication.c.format == PACT,
)
_DELETE = delete(publication).where(
    publication.c.consumer_version_id == bindparam("version"),
    publication.c.provider_id == bindparam("provider"),
    publication.c.format == PACT,
)
_keys = select(as_id(items_of("keys")))
_HOLD = {
    table: select(table.c.id).where(table.c.id.in_(_keys)).order_by(table.c.id).with_for_update()
    for table in (content, provider_content, body)
}
_DELETE_CONTENT = delete(content).where(
    content.c.id == bindparam("key"),
    ~exists(select(publication.c.id).where(publication.c.content_id == content.c.id)),
)
_DELETE_PROVIDER_CONTENT = delete(provider_content).where(
    provider_content.c.id == bindparam("key"),
    ~exists(select(provider_contract.c.id).where(provider_contract.c.provider_content_id == provider_content.c.id)),
)
_USES_OF_BODY = (
    publication.c.body_id,
    provider_contract.c.body_id,
    provider_contract.c.results_body_id,
    content_file.c.body_id,
    provider_content_file.c.body_id,
    registry_schema.c.body_id,
)
_FILES = select(content_file.c.body_id).where(content_file.c.content_id.in_(_keys))
_FILES_OF_PROVIDER = select(provider_content_file.c.body_id).where(
    provider_content_file.c.provider_content_id.in_(_keys)
)
_DELETE_BODY = delete(body).where(
    body.c.id == bindparam("key"), *(~exists(select(use).where(use == body.c.id)) for use in _USES_OF_BODY)
)


def _delete(db: Connection, doomed: Any, values: dict[str, str]) -> None:
    contents: set[int] = set()
    bodies: set[int] = set()
    for version_id, provider_id in db.execute(doomed, values).all():
        key = {"version": version_id, "provider": provider_id}
        for content_id, body_id in db.execute(_REVISIONS, key):
            contents.add(content_id)
            bodies.add(body_id)
        db.execute(_DELETE, key)
    orphans(db, contents, bodies)


def _hold(db: Connection, table: Table, keys: set[int]) -> None:
    """Let nobody begin to refer to these rows; who did so a moment ago is waited for, and seen by the next statement.

    A statement that waits for them by itself goes on with what it saw before, and deletes what is in use by now.
    """
    if db.dialect.name != "sqlite":
        db.execute(_HOLD[table], {"keys": listed(sorted(keys))})


def orphans(db: Connection, contents: set[int], bodies: set[int]) -> None:
    """Delete those of the contents and bodies that nothing refers to."""
    bodies = bodies | bodies_of_contents(db, contents)
    if contents:
        _hold(db, content, contents)
        db.execute(_DELETE_CONTENT, [{"key": key} for key in sorted(contents)])
        verification_requests.reopen(db, contents)
    if bodies:
        _hold(db, body, bodies)
        db.execute(_DELETE_BODY, [{"key": key} for key in sorted(bodies)])


def orphans_of_provider(db: Connection, contents: set[int], bodies: set[int]) -> None:
    """Delete those of a provider's contents, and of the bodies, that nothing refers to."""
    bodies = bodies | {*db.execute(_FILES_OF_PROVIDER, {"keys": listed(contents)}).scalars()}
    if contents:
        _hold(db, provider_content, contents)
        db.execute(_DELETE_PROVIDER_CONTENT, [{"key": key} for key in sorted(contents)])
    orphans(db, set(), bodies)


def bodies_of_contents(db: Connection, contents: set[int]) -> set[int]:
    """The documents of consumers' contents, which are to go with them unless others use them."""
    return {*db.execute(_FILES, {"keys": listed(contents)}).scalars()} if contents else set()


def of_version(db: Connection, provider: str, consumer: str, number: str) -> None:
    """Delete every revision of one version's pact."""
    _delete(db, _OF_VERSION, {"provider": provider, "consumer": consumer, "version": number})


def between(
    db: Connection, provider: str, consumer: str, *, tag_name: str | None = None, branch_name: str | None = None
) -> None:
    """Delete the pacts between two: all, or those of a tag or a branch."""
    values = {"provider": provider, "consumer": consumer}
    if tag_name is not None:
        _delete(db, _OF_TAG, {**values, "tag": tag_name})
    elif branch_name is not None:
        _delete(db, _OF_BRANCH, {**values, "branch": branch_name})
    else:
        _delete(db, _DOOMED, values)
