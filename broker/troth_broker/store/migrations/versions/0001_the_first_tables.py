"""the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("main_branch", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("repository_url", sa.Text(), nullable=True),
        sa.Column("repository_name", sa.Text(), nullable=True),
        sa.Column("repository_namespace", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("name", name=op.f("uq_application_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "body",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("sha256", name=op.f("uq_body_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("uuid", name=op.f("uq_certificate_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "config",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_config")),
    )
    op.create_table(
        "environment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("production", sa.Boolean(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environment")),
        sa.UniqueConstraint("name", name=op.f("uq_environment_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_environment_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "content",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("interactions", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["application.id"], name=op.f("fk_content_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_content_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
        sa.UniqueConstraint("consumer_id", "provider_id", "sha", name=op.f("uq_content_consumer_id_provider_id_sha")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_content_provider_id"), "content", ["provider_id"], unique=False)
    op.create_table(
        "integration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("contract_data_updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["application.id"], name=op.f("fk_integration_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_integration_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration")),
        sa.UniqueConstraint("consumer_id", "provider_id", name=op.f("uq_integration_consumer_id_provider_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_integration_provider_id_consumer_id"), "integration", ["provider_id", "consumer_id"], unique=False
    )
    op.create_table(
        "label",
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_label_application_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("application_id", "name", name=op.f("pk_label")),
    )
    op.create_index(op.f("ix_label_name_application_id"), "label", ["name", "application_id"], unique=False)
    op.create_table(
        "main_branch_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_main_branch_set_application_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_main_branch_set")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_main_branch_set_application_id"), "main_branch_set", ["application_id"], unique=False)
    op.create_table(
        "version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("build_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_version_application_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_version_application_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_version_application_id_id"), "version", ["application_id", "id"], unique=False)
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("consumer_label", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("provider_label", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["application.id"], name=op.f("fk_webhook_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_webhook_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("uuid", name=op.f("uq_webhook_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_webhook_consumer_id"), "webhook", ["consumer_id"], unique=False)
    op.create_index(op.f("ix_webhook_provider_id"), "webhook", ["provider_id"], unique=False)
    op.create_table(
        "branch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("head_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_branch_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["head_version_id"], ["version.id"], name=op.f("fk_branch_head_version_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint("application_id", "name", name=op.f("uq_branch_application_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_branch_application_id_updated_at"), "branch", ["application_id", "updated_at"], unique=False
    )
    op.create_index(op.f("ix_branch_head_version_id"), "branch", ["head_version_id"], unique=False)
    op.create_table(
        "deployment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("environment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instance", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("auto_created", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_deployment_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environment.id"], name=op.f("fk_deployment_environment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_deployment_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
        sa.UniqueConstraint("uuid", name=op.f("uq_deployment_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deployment_application_id"), "deployment", ["application_id"], unique=False)
    op.create_index(
        op.f("ix_deployment_environment_id_application_id_id"),
        "deployment",
        ["environment_id", "application_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_deployment_version_id_environment_id"), "deployment", ["version_id", "environment_id"], unique=False
    )
    op.create_table(
        "proof",
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("first_success_at", sa.BigInteger(), nullable=False),
        sa.Column("first_plain_at", sa.BigInteger(), nullable=True),
        sa.Column("last_plain_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('branch', 'tag')", name=op.f("ck_proof_kind")),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_proof_content_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("content_id", "kind", "name", name=op.f("pk_proof")),
    )
    op.create_index(
        op.f("ix_proof_content_id_kind_first_plain_at"),
        "proof",
        ["content_id", "kind", "first_plain_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_proof_content_id_kind_first_success_at"),
        "proof",
        ["content_id", "kind", "first_success_at"],
        unique=False,
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("consumer_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_publication_body_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["application.id"], name=op.f("fk_publication_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consumer_version_id"], ["version.id"], name=op.f("fk_publication_consumer_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_publication_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_publication_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "consumer_version_id",
            "provider_id",
            "revision",
            name=op.f("uq_publication_consumer_version_id_provider_id_revision"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_publication_body_id"), "publication", ["body_id"], unique=False)
    op.create_index(
        op.f("ix_publication_consumer_id_provider_id_id"),
        "publication",
        ["consumer_id", "provider_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_publication_content_id_consumer_version_id"),
        "publication",
        ["content_id", "consumer_version_id"],
        unique=False,
    )
    op.create_index(op.f("ix_publication_provider_id"), "publication", ["provider_id"], unique=False)
    op.create_table(
        "release",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("environment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_release_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environment.id"], name=op.f("fk_release_environment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_release_version_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("uuid", name=op.f("uq_release_uuid")),
        sa.UniqueConstraint("version_id", "environment_id", name=op.f("uq_release_version_id_environment_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_release_application_id"), "release", ["application_id"], unique=False)
    op.create_index(
        op.f("ix_release_environment_id_application_id_id"),
        "release",
        ["environment_id", "application_id", "id"],
        unique=False,
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_tag_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_tag_version_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("version_id", "name", name=op.f("uq_tag_version_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_tag_application_id_name_happened_at"), "tag", ["application_id", "name", "happened_at"], unique=False
    )
    op.create_index(
        op.f("ix_tag_application_id_name_version_id"), "tag", ["application_id", "name", "version_id"], unique=False
    )
    op.create_table(
        "verification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("wip", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=True),
        sa.Column("build_url", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["application.id"], name=op.f("fk_verification_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_verification_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_verification_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_version_id"],
            ["version.id"],
            name=op.f("fk_verification_provider_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_verification_consumer_id"), "verification", ["consumer_id"], unique=False)
    op.create_index(op.f("ix_verification_content_id_id"), "verification", ["content_id", "id"], unique=False)
    op.create_index(
        op.f("ix_verification_content_id_success_wip_happened_at"),
        "verification",
        ["content_id", "success", "wip", "happened_at"],
        unique=False,
    )
    op.create_index(op.f("ix_verification_provider_id"), "verification", ["provider_id"], unique=False)
    op.create_index(
        op.f("ix_verification_provider_version_id_content_id_id"),
        "verification",
        ["provider_version_id", "content_id", "id"],
        unique=False,
    )
    op.create_table(
        "webhook_event",
        sa.Column("webhook_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_event_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("webhook_id", "name", name=op.f("pk_webhook_event")),
    )
    op.create_table(
        "branch_head_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_branch_head_set_branch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_branch_head_set_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_head_set")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_branch_head_set_branch_id_id"), "branch_head_set", ["branch_id", "id"], unique=False)
    op.create_index(op.f("ix_branch_head_set_version_id"), "branch_head_set", ["version_id"], unique=False)
    op.create_table(
        "branch_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("auto_created", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_branch_version_branch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_branch_version_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_version")),
        sa.UniqueConstraint("branch_id", "version_id", name=op.f("uq_branch_version_branch_id_version_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_branch_version_version_id_branch_id"), "branch_version", ["version_id", "branch_id"], unique=False
    )
    op.create_table(
        "current_deployment",
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("environment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("deployment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_current_deployment_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_current_deployment_deployment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environment.id"],
            name=op.f("fk_current_deployment_environment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_current_deployment_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("application_id", "environment_id", "slot", name=op.f("pk_current_deployment")),
        sa.UniqueConstraint("deployment_id", name=op.f("uq_current_deployment_deployment_id")),
    )
    op.create_index(
        op.f("ix_current_deployment_environment_id_application_id"),
        "current_deployment",
        ["environment_id", "application_id"],
        unique=False,
    )
    op.create_index(op.f("ix_current_deployment_version_id"), "current_deployment", ["version_id"], unique=False)
    op.create_table(
        "current_publication",
        sa.Column("consumer_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publication_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_current_publication_body_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["application.id"], name=op.f("fk_current_publication_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consumer_version_id"],
            ["version.id"],
            name=op.f("fk_current_publication_consumer_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_current_publication_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_current_publication_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_current_publication_publication_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consumer_version_id", "provider_id", name=op.f("pk_current_publication")),
        sa.UniqueConstraint("publication_id", name=op.f("uq_current_publication_publication_id")),
    )
    op.create_index(op.f("ix_current_publication_body_id"), "current_publication", ["body_id"], unique=False)
    op.create_index(
        op.f("ix_current_publication_consumer_id_provider_id_consumer_version_id"),
        "current_publication",
        ["consumer_id", "provider_id", "consumer_version_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_current_publication_content_id_consumer_version_id"),
        "current_publication",
        ["content_id", "consumer_version_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_current_publication_provider_id_happened_at"),
        "current_publication",
        ["provider_id", "happened_at"],
        unique=False,
    )
    op.create_table(
        "latest_verification",
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["application.id"], name=op.f("fk_latest_verification_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_latest_verification_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_latest_verification_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_version_id"],
            ["version.id"],
            name=op.f("fk_latest_verification_provider_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.id"],
            name=op.f("fk_latest_verification_verification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("content_id", "provider_version_id", name=op.f("pk_latest_verification")),
        sa.UniqueConstraint("verification_id", name=op.f("uq_latest_verification_verification_id")),
    )
    op.create_index(
        "ix_latest_verification_pair",
        "latest_verification",
        ["consumer_id", "provider_id", "provider_version_id"],
        unique=False,
    )
    op.create_index(
        "ix_latest_verification_verdict",
        "latest_verification",
        ["content_id", "success", "provider_version_id"],
        unique=False,
    )
    op.create_index(op.f("ix_latest_verification_provider_id"), "latest_verification", ["provider_id"], unique=False)
    op.create_index(
        op.f("ix_latest_verification_provider_version_id_content_id"),
        "latest_verification",
        ["provider_version_id", "content_id"],
        unique=False,
    )
    op.create_table(
        "release_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("supported", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_event_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_release_event_release_id_id"), "release_event", ["release_id", "id"], unique=False)
    op.create_table(
        "supported_release",
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("environment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_supported_release_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environment.id"], name=op.f("fk_supported_release_environment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_supported_release_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_supported_release_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_supported_release")),
    )
    op.create_index(
        op.f("ix_supported_release_application_id_environment_id"),
        "supported_release",
        ["application_id", "environment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_supported_release_environment_id_application_id"),
        "supported_release",
        ["environment_id", "application_id"],
        unique=False,
    )
    op.create_index(op.f("ix_supported_release_version_id"), "supported_release", ["version_id"], unique=False)
    op.create_table(
        "triggered_webhook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("webhook_uuid", sa.Text(), nullable=False),
        sa.Column("event_name", sa.Text(), nullable=False),
        sa.Column("event_context", sa.Text(), nullable=True),
        sa.Column("trigger_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["application.id"], name=op.f("fk_triggered_webhook_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["application.id"], name=op.f("fk_triggered_webhook_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_triggered_webhook_publication_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.id"],
            name=op.f("fk_triggered_webhook_verification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triggered_webhook")),
        sa.UniqueConstraint("uuid", name=op.f("uq_triggered_webhook_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_triggered_webhook_consumer_id"), "triggered_webhook", ["consumer_id"], unique=False)
    op.create_index(op.f("ix_triggered_webhook_provider_id"), "triggered_webhook", ["provider_id"], unique=False)
    op.create_index(op.f("ix_triggered_webhook_publication_id"), "triggered_webhook", ["publication_id"], unique=False)
    op.create_index(
        op.f("ix_triggered_webhook_verification_id"), "triggered_webhook", ["verification_id"], unique=False
    )
    op.create_index(op.f("ix_triggered_webhook_webhook_uuid"), "triggered_webhook", ["webhook_uuid"], unique=False)
    op.create_table(
        "undeployment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("deployment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_undeployment_deployment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undeployment")),
        sa.UniqueConstraint("deployment_id", name=op.f("uq_undeployment_deployment_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "verification_detail",
        sa.Column("verification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("test_results", sa.LargeBinary(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("consumer_versions", sa.Text(), nullable=True),
        sa.Column("provider_tags", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.id"],
            name=op.f("fk_verification_detail_verification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("verification_id", name=op.f("pk_verification_detail")),
    )
    op.create_table(
        "webhook_execution",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("triggered_webhook_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("logs", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["triggered_webhook_id"],
            ["triggered_webhook.id"],
            name=op.f("fk_webhook_execution_triggered_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_execution")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_webhook_execution_triggered_webhook_id"), "webhook_execution", ["triggered_webhook_id"], unique=False
    )
