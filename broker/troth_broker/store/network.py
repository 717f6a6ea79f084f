"""Every integration by its two names, for the pictures of who depends on whom."""

from sqlalchemy import Connection, select

from troth_broker.store.tables import application, integration

_consumer, _provider = application.alias("consumer"), application.alias("provider")
_PAIRS = (
    select(integration.c.id, _consumer.c.name, _provider.c.name)
    .join(_consumer, _consumer.c.id == integration.c.consumer_id)
    .join(_provider, _provider.c.id == integration.c.provider_id)
    .order_by(_consumer.c.name, _provider.c.name)
)


def pairs(db: Connection) -> dict[tuple[str, str], int]:
    """The id of each integration by its consumer and its provider, in the order of their names."""
    return {(consumer, provider): key for key, consumer, provider in db.execute(_PAIRS)}
