"""What a version shows of itself: branches, tags, pacts, deployments and releases, for many versions at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from troth_broker.store.lists import listed
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import (
    PACT,
    application,
    branch,
    branch_version,
    current_deployment,
    current_publication,
    deployment,
    environment,
    provider_contract,
    release,
    supported_release,
    tag,
)
from troth_broker.store.versions import Version


@dataclass(frozen=True, slots=True)
class OnBranch:
    """A branch that a version is on, and whether the version is its head."""

    name: str
    is_head: bool


@dataclass(frozen=True, slots=True)
class InEnvironment:
    """A deployment or release of a version: its own uuid, where, and whether it still stands."""

    uuid: str
    environment: str
    display_name: str | None
    stands: bool
    instance: str | None = None


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version with what it shows of itself."""

    application: str
    version: Version
    branches: tuple[OnBranch, ...] = ()
    tags: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    deployments: tuple[InEnvironment, ...] = ()
    releases: tuple[InEnvironment, ...] = ()
    has_provider_contract: bool = False


def _asked(column: Any) -> Any:
    return among(column, "versions")


_BRANCHES = (
    select(branch_version.c.version_id, branch.c.name, branch.c.head_version_id)
    .join(branch, branch.c.id == branch_version.c.branch_id)
    .where(_asked(branch_version.c.version_id))
    .order_by(branch_version.c.id)
)
_TAGS = select(tag.c.version_id, tag.c.name).where(_asked(tag.c.version_id)).order_by(tag.c.id)
_PROVIDERS = (
    select(current_publication.c.consumer_version_id, application.c.name)
    .join(application, application.c.id == current_publication.c.provider_id)
    .where(_asked(current_publication.c.consumer_version_id), current_publication.c.format == PACT)
    .order_by(func.lower(application.c.name), application.c.name)
)
_DEPLOYMENTS = (
    select(
        deployment.c.version_id,
        deployment.c.uuid,
        environment.c.name,
        environment.c.display_name,
        current_deployment.c.deployment_id,
        deployment.c.instance,
    )
    .join(environment, environment.c.id == deployment.c.environment_id)
    .outerjoin(current_deployment, current_deployment.c.deployment_id == deployment.c.id)
    .where(_asked(deployment.c.version_id))
    .order_by(deployment.c.id)
)
_RELEASES = (
    select(
        release.c.version_id,
        release.c.uuid,
        environment.c.name,
        environment.c.display_name,
        supported_release.c.release_id,
    )
    .join(environment, environment.c.id == release.c.environment_id)
    .outerjoin(supported_release, supported_release.c.release_id == release.c.id)
    .where(_asked(release.c.version_id))
    .order_by(release.c.id)
)
_SPEAKING = select(provider_contract.c.provider_version_id).where(_asked(provider_contract.c.provider_version_id))


def _rows(db: Connection, statement: Select[Any], versions: Sequence[int]) -> Iterable[Any]:
    return db.execute(statement, {"versions": listed(versions)})


def branches_of(db: Connection, versions: Sequence[int]) -> Mapping[int, Sequence[OnBranch]]:
    """The branches of each version, in the order in which it joined them."""
    found: dict[int, list[OnBranch]] = defaultdict(list)
    for version_id, name, head in _rows(db, _BRANCHES, versions):
        found[version_id].append(OnBranch(name, head == version_id))
    return found


def _names(rows: Iterable[Any]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for version_id, name in rows:
        found[version_id].append(name)
    return found


def _placements(rows: Iterable[Any]) -> Mapping[int, Sequence[InEnvironment]]:
    found: dict[int, list[InEnvironment]] = defaultdict(list)
    for version_id, uuid, name, display_name, pointer, *instance in rows:
        found[version_id].append(InEnvironment(uuid, name, display_name, pointer is not None, *instance))
    return found


def views(db: Connection, owner: str, versions: Sequence[Version]) -> tuple[VersionView, ...]:
    """The versions of one application with what they show, in six statements however many."""
    ids = [version.id for version in versions]
    branches = branches_of(db, ids)
    tags = _names(_rows(db, _TAGS, ids))
    providers = _names(_rows(db, _PROVIDERS, ids))
    deployments = _placements(_rows(db, _DEPLOYMENTS, ids))
    releases = _placements(_rows(db, _RELEASES, ids))
    speaking = {version_id for (version_id,) in _rows(db, _SPEAKING, ids)}
    return tuple(
        VersionView(
            owner,
            version,
            tuple(branches.get(version.id, ())),
            tuple(tags.get(version.id, ())),
            tuple(providers.get(version.id, ())),
            tuple(deployments.get(version.id, ())),
            tuple(releases.get(version.id, ())),
            version.id in speaking,
        )
        for version in versions
    )
