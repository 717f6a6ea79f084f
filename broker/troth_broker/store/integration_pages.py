"""A page of the integrations, the one that moved last first, as a part of the statements that list them."""

from typing import Any

from sqlalchemy import Select, Subquery, bindparam, func, or_, select

from troth_broker.store.tables import application, integration

_consumer, _provider = application.alias("consumer"), application.alias("provider")
_both = integration.join(_consumer, _consumer.c.id == integration.c.consumer_id).join(
    _provider, _provider.c.id == integration.c.provider_id
)
LIKE = or_(*(name.ilike(bindparam("pattern"), escape="\\") for name in (_consumer.c.name, _provider.c.name)))
"""One of the two names holds a pattern."""


def page_of(*where: Any) -> Subquery:
    """The integrations in a window, with the names of both sides; it takes `limit` and `offset`."""
    return (
        select(
            integration.c.id,
            integration.c.consumer_id,
            _consumer.c.name.label("consumer"),
            integration.c.provider_id,
            _provider.c.name.label("provider"),
            integration.c.contract_data_updated_at.label("moved_at"),
        )
        .select_from(_both)
        .where(*where)
        .order_by(integration.c.contract_data_updated_at.desc(), integration.c.id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .subquery("page")
    )


def size_of(*where: Any) -> Select[Any]:
    """How many integrations there are."""
    return select(func.count()).select_from(_both).where(*where)
