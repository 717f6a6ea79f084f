"""What the events of a publication hang on: earlier contents of the same line, and versions that lack a result."""

from sqlalchemy import Connection, and_, bindparam, exists, select, union

from troth_broker.store.tables import (
    PACT,
    application,
    branch,
    branch_version,
    current_deployment,
    current_publication,
    latest_verification,
    supported_release,
    tag,
    version,
)

_earlier = and_(
    current_publication.c.consumer_id == bindparam("consumer"),
    current_publication.c.provider_id == bindparam("provider"),
    current_publication.c.consumer_version_id < bindparam("version"),
    current_publication.c.format == bindparam("format"),
)
_PREVIOUS_TAGGED = (
    select(current_publication.c.content_id)
    .join(tag, tag.c.version_id == current_publication.c.consumer_version_id)
    .where(
        _earlier,
        tag.c.application_id == bindparam("consumer"),
        tag.c.name == bindparam("tag"),
        tag.c.version_id < bindparam("version"),
    )
    .order_by(tag.c.version_id.desc())
    .limit(1)
)
_on_branch = branch_version.alias("on_branch")
_before = branch_version.alias("before")
_PREVIOUS_ON_BRANCHES = (
    select(
        branch.c.name,
        select(current_publication.c.content_id)
        .join(_before, _before.c.version_id == current_publication.c.consumer_version_id)
        .where(
            _before.c.branch_id == _on_branch.c.branch_id,
            _before.c.version_id < bindparam("version"),
            current_publication.c.provider_id == bindparam("provider"),
            current_publication.c.format == bindparam("format"),
        )
        .order_by(_before.c.version_id.desc())
        .limit(1)
        .scalar_subquery(),
    )
    .join(branch, branch.c.id == _on_branch.c.branch_id)
    .where(_on_branch.c.version_id == bindparam("version"))
    .order_by(branch.c.name)
)
_PREVIOUS_UNTAGGED = (
    select(current_publication.c.content_id)
    .where(
        _earlier,
        ~exists(select(tag.c.id).where(tag.c.version_id == current_publication.c.consumer_version_id)),
    )
    .order_by(current_publication.c.consumer_version_id.desc())
    .limit(1)
)

_targets = union(
    select(branch.c.head_version_id.label("version_id"))
    .join(application, application.c.id == branch.c.application_id)
    .where(application.c.id == bindparam("provider"), branch.c.name == application.c.main_branch),
    select(current_deployment.c.version_id).where(current_deployment.c.application_id == bindparam("provider")),
    select(supported_release.c.version_id).where(supported_release.c.application_id == bindparam("provider")),
).subquery()
_UNVERIFIED = (
    select(version.c.id, version.c.number)
    .join(_targets, _targets.c.version_id == version.c.id)
    .where(
        ~exists(
            select(latest_verification.c.verification_id).where(
                latest_verification.c.content_id == bindparam("content"),
                latest_verification.c.provider_version_id == version.c.id,
            )
        )
    )
    .order_by(version.c.id)
)
_EVER_VERIFIED = (
    select(latest_verification.c.verification_id)
    .where(
        latest_verification.c.consumer_id == bindparam("consumer"),
        latest_verification.c.provider_id == bindparam("provider"),
    )
    .limit(1)
)


def previous_with_tag(
    db: Connection, consumer_id: int, provider_id: int, version_id: int, name: str, format_name: str = PACT
) -> int | None:
    """The content of the newest earlier version with a tag."""
    asked = {"consumer": consumer_id, "provider": provider_id, "version": version_id, "format": format_name}
    return db.execute(_PREVIOUS_TAGGED, {**asked, "tag": name}).scalar()


def previous_on_branches(
    db: Connection, provider_id: int, version_id: int, format_name: str = PACT
) -> tuple[tuple[str, int | None], ...]:
    """The branches of a version, by name, each with the content of the newest earlier version on it."""
    asked = {"provider": provider_id, "version": version_id, "format": format_name}
    rows = db.execute(_PREVIOUS_ON_BRANCHES, asked)
    return tuple((name, content_id) for name, content_id in rows)


def previous_untagged(
    db: Connection, consumer_id: int, provider_id: int, version_id: int, format_name: str = PACT
) -> int | None:
    """The content of the newest earlier version without any tag."""
    asked = {"consumer": consumer_id, "provider": provider_id, "version": version_id, "format": format_name}
    return db.execute(_PREVIOUS_UNTAGGED, asked).scalar()


def unverified_targets(db: Connection, provider_id: int, content_id: int) -> tuple[tuple[int, str], ...]:
    """The provider's versions on the main branch's head, deployed or released, that lack a result for a content.

    Each with its id and number, oldest first.
    """
    rows = db.execute(_UNVERIFIED, {"provider": provider_id, "content": content_id})
    return tuple((key, number) for key, number in rows)


def ever_verified(db: Connection, consumer_id: int, provider_id: int) -> bool:
    """Whether any result was ever published between the two."""
    return db.execute(_EVER_VERIFIED, {"consumer": consumer_id, "provider": provider_id}).scalar() is not None
