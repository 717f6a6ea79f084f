"""Deleting publications: every revision, then the contents and bodies that nothing refers to any more."""

from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, select

from troth_broker.store import verification_requests
from troth_broker.store.pacts import PAIR, cp, id_of
from troth_broker.store.tables import (
    body,
    branch,
    branch_version,
    content,
    provider_contract,
    publication,
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
    publication.c.consumer_version_id == bindparam("version"), publication.c.provider_id == bindparam("provider")
)
_DELETE = delete(publication).where(
    publication.c.consumer_version_id == bindparam("version"), publication.c.provider_id == bindparam("provider")
)
_DELETE_CONTENT = delete(content).where(
    content.c.id == bindparam("key"),
    ~exists(select(publication.c.id).where(publication.c.content_id == content.c.id)),
)
_USES_OF_BODY = (publication.c.body_id, provider_contract.c.body_id, provider_contract.c.results_body_id)
_DELETE_BODY = delete(body).where(
    body.c.id == bindparam("key"), *(~exists(select(use.table.c.id).where(use == body.c.id)) for use in _USES_OF_BODY)
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


def orphans(db: Connection, contents: set[int], bodies: set[int]) -> None:
    """Delete those of the contents and bodies that nothing refers to."""
    if contents:
        db.execute(_DELETE_CONTENT, [{"key": key} for key in sorted(contents)])
        verification_requests.reopen(db, contents)
    if bodies:
        db.execute(_DELETE_BODY, [{"key": key} for key in sorted(bodies)])


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
