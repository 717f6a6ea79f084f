"""What webhooks are told about an event: lines and labels of versions, verdicts, and whom an event is about."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, literal, select, union_all

from troth_broker.store.tables import (
    application,
    branch,
    branch_version,
    content,
    current_deployment,
    environment,
    label,
    publication,
    supported_release,
    verification,
    version,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A result in brief."""

    number: int
    success: bool
    provider_version_id: int
    provider_version: str


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A consumer version that published a content."""

    id: int
    number: str
    build_url: str | None
    publication_id: int


_LABELS = select(label.c.name).where(label.c.application_id == bindparam("application")).order_by(label.c.name)
_NEWEST_BRANCH = (
    select(branch.c.name)
    .join(branch_version, branch_version.c.branch_id == branch.c.id)
    .where(branch_version.c.version_id == bindparam("version"))
    .order_by(branch_version.c.id.desc())
    .limit(1)
)
_VERDICT = (
    select(verification.c.id, verification.c.success, verification.c.provider_version_id, version.c.number)
    .join(version, version.c.id == verification.c.provider_version_id)
    .where(verification.c.content_id == bindparam("content"))
    .order_by(verification.c.id.desc())
    .limit(1)
)
_VERDICT_OF_MAIN_BRANCH = (
    _VERDICT.join(branch_version, branch_version.c.version_id == verification.c.provider_version_id)
    .join(branch, branch.c.id == branch_version.c.branch_id)
    .join(application, application.c.id == verification.c.provider_id)
    .where(branch.c.name == application.c.main_branch)
)
_SHA = select(content.c.sha).where(content.c.id == bindparam("content"))
_PUBLISHED = (
    select(version.c.id, version.c.number, version.c.build_url, publication.c.id)
    .join(publication, publication.c.consumer_version_id == version.c.id)
    .where(publication.c.content_id == bindparam("content"))
    .order_by(version.c.id.desc(), publication.c.id.desc())
    .limit(1)
)
_PUBLISHED_BY_NUMBER = _PUBLISHED.where(
    version.c.application_id == bindparam("consumer"), version.c.number == bindparam("number")
)
_DEPLOYED = (
    select(version.c.number)
    .join(current_deployment, current_deployment.c.version_id == version.c.id)
    .where(current_deployment.c.application_id == bindparam("application"))
    .order_by(version.c.id)
)


_MAIN_BRANCH = "latest from main branch"
_WHY_NEEDED = union_all(
    select(branch.c.head_version_id.label("version_id"), literal(_MAIN_BRANCH).label("why"), branch.c.name)
    .join(application, application.c.id == branch.c.application_id)
    .where(application.c.id == bindparam("application"), branch.c.name == application.c.main_branch),
    select(current_deployment.c.version_id, literal("deployed to"), environment.c.name)
    .join(environment, environment.c.id == current_deployment.c.environment_id)
    .where(current_deployment.c.application_id == bindparam("application")),
    select(supported_release.c.version_id, literal("released in"), environment.c.name)
    .join(environment, environment.c.id == supported_release.c.environment_id)
    .where(supported_release.c.application_id == bindparam("application")),
)


def labels_of(db: Connection, application_id: int) -> tuple[str, ...]:
    """The labels of an application, by name."""
    return tuple(db.execute(_LABELS, {"application": application_id}).scalars())


def branch_of(db: Connection, version_id: int) -> str:
    """The branch that a version joined last; empty if it is on none."""
    return str(db.execute(_NEWEST_BRANCH, {"version": version_id}).scalar() or "")


def verdict_on(db: Connection, content_id: int) -> Verdict | None:
    """What the provider says of a content: its main branch by its newest result, else whichever version was last."""
    found = (
        db.execute(statement, {"content": content_id}).first() for statement in (_VERDICT_OF_MAIN_BRANCH, _VERDICT)
    )
    row = next((row for row in found if row is not None), None)
    return Verdict(*row) if row else None


def sha_of(db: Connection, content_id: int) -> str:
    """The digest that a content is addressed by."""
    return str(db.execute(_SHA, {"content": content_id}).scalar_one())


def publisher_of(db: Connection, content_id: int) -> PublishedVersion | None:
    """The newest consumer version that published a content."""
    row = db.execute(_PUBLISHED, {"content": content_id}).first()
    return PublishedVersion(*row) if row else None


def publisher_numbered(db: Connection, content_id: int, consumer_id: int, number: str) -> PublishedVersion | None:
    """The consumer version of that number, if it published the content."""
    values = {"content": content_id, "consumer": consumer_id, "number": number}
    row = db.execute(_PUBLISHED_BY_NUMBER, values).first()
    return PublishedVersion(*row) if row else None


def deployed_numbers(db: Connection, application_id: int) -> tuple[str, ...]:
    """The numbers of an application's versions that are deployed somewhere, each once, oldest first."""
    return tuple(dict.fromkeys(db.execute(_DEPLOYED, {"application": application_id}).scalars()))


def why_needed(db: Connection, provider_id: int) -> dict[int, tuple[str, ...]]:
    """Why each version of a provider that is its main branch's head, deployed or released matters, in words."""
    found: dict[int, list[str]] = {}
    for version_id, why, where in db.execute(_WHY_NEEDED, {"application": provider_id}):
        found.setdefault(version_id, []).append(why if why == _MAIN_BRANCH else f"{why} {where}")
    return {version_id: tuple(sorted(set(words), key=_main_branch_first)) for version_id, words in found.items()}


def _main_branch_first(words: str) -> tuple[bool, str]:
    return words != _MAIN_BRANCH, words
