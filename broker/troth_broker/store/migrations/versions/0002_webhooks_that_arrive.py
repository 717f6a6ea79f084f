"""webhooks that arrive, provider contracts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret")),
        sa.UniqueConstraint("name", name=op.f("uq_secret_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_secret_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "provider_contract",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("specification", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=True),
        sa.Column("results_body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("results_content_type", sa.Text(), nullable=True),
        sa.Column("results_format", sa.Text(), nullable=True),
        sa.Column("verifier", sa.Text(), nullable=True),
        sa.Column("verifier_version", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_provider_contract_body_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_provider_contract_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_version_id"],
            ["version.id"],
            name=op.f("fk_provider_contract_provider_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["results_body_id"], ["body.id"], name=op.f("fk_provider_contract_results_body_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_contract")),
        sa.UniqueConstraint(
            "provider_version_id",
            "specification",
            "revision",
            name=op.f("uq_provider_contract_provider_version_id_specification_revision"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_provider_contract_body_id"), "provider_contract", ["body_id"], unique=False)
    op.create_index(
        op.f("ix_provider_contract_provider_id_id"), "provider_contract", ["provider_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_provider_contract_results_body_id"), "provider_contract", ["results_body_id"], unique=False
    )
    op.create_table(
        "delivery",
        sa.Column("triggered_webhook_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["triggered_webhook_id"],
            ["triggered_webhook.id"],
            name=op.f("fk_delivery_triggered_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("triggered_webhook_id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_due_at"), "delivery", ["due_at"], unique=False)
    op.create_table(
        "verification_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("triggered_webhook_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_verification_request_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_version_id"],
            ["version.id"],
            name=op.f("fk_verification_request_provider_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["triggered_webhook_id"],
            ["triggered_webhook.id"],
            name=op.f("fk_verification_request_triggered_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_request")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_verification_request_content_id_provider_version_id"),
        "verification_request",
        ["content_id", "provider_version_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_verification_request_provider_version_id"),
        "verification_request",
        ["provider_version_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_verification_request_triggered_webhook_id"),
        "verification_request",
        ["triggered_webhook_id"],
        unique=False,
    )
    op.create_table(
        "open_request",
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ask_again_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_open_request_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_version_id"],
            ["version.id"],
            name=op.f("fk_open_request_provider_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["verification_request.id"], name=op.f("fk_open_request_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("content_id", "slot", name=op.f("pk_open_request")),
    )
    op.create_index(op.f("ix_open_request_ask_again_at"), "open_request", ["ask_again_at"], unique=False)
    op.create_index(op.f("ix_open_request_provider_version_id"), "open_request", ["provider_version_id"], unique=False)
    op.create_index(op.f("ix_open_request_request_id"), "open_request", ["request_id"], unique=False)
    op.create_index(
        op.f("ix_integration_contract_data_updated_at"), "integration", ["contract_data_updated_at"], unique=False
    )
