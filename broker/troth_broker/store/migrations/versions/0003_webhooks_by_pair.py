"""webhooks are found by the pair that they watch, and what they did by the pair that it was about."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_webhook_consumer_id"), table_name="webhook")
    op.create_index(op.f("ix_webhook_consumer_id_provider_id"), "webhook", ["consumer_id", "provider_id"], unique=False)
    op.drop_index(op.f("ix_triggered_webhook_consumer_id"), table_name="triggered_webhook")
    op.create_index(
        "ix_triggered_webhook_pair",
        "triggered_webhook",
        ["consumer_id", "provider_id", "webhook_uuid", "event_name", "id"],
        unique=False,
    )
