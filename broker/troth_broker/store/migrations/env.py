"""Alembic runs a migration through here, on the connection that it is given."""

from alembic import context

from troth_broker.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=False,
)
context.run_migrations()
