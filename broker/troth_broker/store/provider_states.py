"""The pacts that speak for a provider's consumers: of a branch, of the main branches, or of what runs somewhere."""

from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, union

from troth_broker.store.pacts import consumer, cp, id_of
from troth_broker.store.tables import PACT, body, branch, current_deployment, environment, supported_release

_OF_PROVIDER = (
    select(consumer.c.name, body.c.content)
    .select_from(cp)
    .join(consumer, consumer.c.id == cp.c.consumer_id)
    .join(body, body.c.id == cp.c.body_id)
    .where(cp.c.provider_id == id_of("provider"), cp.c.format == PACT)
)


def _of_heads(name: Any) -> Select[Any]:
    return _OF_PROVIDER.join(
        branch, (branch.c.application_id == cp.c.consumer_id) & (branch.c.head_version_id == cp.c.consumer_version_id)
    ).where(branch.c.name == name)


_OF_BRANCH = _of_heads(bindparam("branch"))
_OF_MAIN_BRANCHES = _of_heads(consumer.c.main_branch)
_environment_id = select(environment.c.id).where(environment.c.name == bindparam("environment")).scalar_subquery()
_live = union(
    *(
        select(table.c.version_id).where(table.c.environment_id == _environment_id)
        for table in (current_deployment, supported_release)
    )
).subquery()
_OF_ENVIRONMENT = _OF_PROVIDER.join(_live, _live.c.version_id == cp.c.consumer_version_id)


def bodies(
    db: Connection, provider: str, *, branch_name: str | None = None, environment_name: str | None = None
) -> tuple[tuple[str, bytes], ...]:
    """Each consumer's name and the exact bytes of its pact: of main branches' heads if nothing else is named."""
    if environment_name is not None:
        found = db.execute(_OF_ENVIRONMENT, {"provider": provider, "environment": environment_name})
    elif branch_name is not None:
        found = db.execute(_OF_BRANCH, {"provider": provider, "branch": branch_name})
    else:
        found = db.execute(_OF_MAIN_BRANCHES, {"provider": provider})
    return tuple((name, bytes(content)) for name, content in found)
