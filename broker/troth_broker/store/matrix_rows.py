"""What the rows that are shown say about their versions and contents; asked for those rows alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, union

from troth_broker.core.facts import Version
from troth_broker.store.lists import listed
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import (
    branch,
    branch_version,
    content,
    current_deployment,
    environment,
    supported_release,
    tag,
    version,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A branch or tag of a version, and whether the version is the newest on it."""

    name: str
    latest: bool


@dataclass(frozen=True, slots=True)
class In:
    """An environment that a version is in."""

    uuid: str
    name: str
    display_name: str | None
    production: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the rows shown say beside the facts."""

    numbers: Mapping[int, str]
    branches: Mapping[int, list[Line]]
    tags: Mapping[int, list[Line]]
    environments: Mapping[int, list[In]]
    shas: Mapping[int, str]


_NUMBERS = select(version.c.id, version.c.number).where(among(version.c.id, "ids"))
_BRANCHES = (
    select(branch_version.c.version_id, branch.c.name, branch.c.head_version_id)
    .join(branch, branch.c.id == branch_version.c.branch_id)
    .where(among(branch_version.c.version_id, "ids"))
    .order_by(branch_version.c.id)
)
_newer = tag.alias("newer")
_newest_tagged = (
    select(func.max(_newer.c.version_id))
    .where(_newer.c.application_id == tag.c.application_id, _newer.c.name == tag.c.name)
    .correlate(tag)
    .scalar_subquery()
)
_TAGS = select(tag.c.version_id, tag.c.name, _newest_tagged).where(among(tag.c.version_id, "ids")).order_by(tag.c.id)


def _standing(pointer: Any) -> Any:
    return (
        select(
            pointer.c.version_id,
            environment.c.id,
            environment.c.uuid,
            environment.c.name,
            environment.c.display_name,
            environment.c.production,
        )
        .join(environment, environment.c.id == pointer.c.environment_id)
        .where(among(pointer.c.version_id, "ids"))
    )


_ENVIRONMENTS = union(_standing(current_deployment), _standing(supported_release))
_SHAS = select(content.c.id, content.c.sha).where(among(content.c.id, "ids"))


def shown(db: Connection, versions: Iterable[int], contents: Iterable[int], known: Mapping[int, Version]) -> Shown:
    """What there is to say about these versions and contents. Numbers of `known` versions are not asked for."""
    ids = list(dict.fromkeys(versions))
    listed_ids = {"ids": listed(ids)}
    numbers = {key: known[key].number for key in ids if key in known}
    unknown = [key for key in ids if key not in known]
    if unknown:
        numbers.update((row[0], row[1]) for row in db.execute(_NUMBERS, {"ids": listed(unknown)}).all())
    if not ids:
        return Shown(numbers, {}, {}, {}, {})
    shas = {row[0]: row[1] for row in db.execute(_SHAS, {"ids": listed(dict.fromkeys(contents))})}
    return Shown(
        numbers,
        _lines(db.execute(_BRANCHES, listed_ids).all()),
        _lines(db.execute(_TAGS, listed_ids).all()),
        _places(db.execute(_ENVIRONMENTS, listed_ids).all()),
        shas,
    )


def _lines(rows: Iterable[Any]) -> Mapping[int, list[Line]]:
    found: defaultdict[int, list[Line]] = defaultdict(list)
    for key, name, newest in rows:
        found[key].append(Line(name, newest == key))
    return found


def _places(rows: Iterable[Any]) -> Mapping[int, list[In]]:
    found: defaultdict[int, list[In]] = defaultdict(list)
    for key, _, *values in sorted(rows, key=lambda row: row[:2]):
        found[key].append(In(*values))
    return found
