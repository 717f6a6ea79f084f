"""the schema registry: subjects, their versions, schemas, and what those stand on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "registry_schema",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("body_id", _ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_registry_schema_body_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_schema")),
        sa.UniqueConstraint("format", "sha", name=op.f("uq_registry_schema_format_sha")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_schema_body_id"), "registry_schema", ["body_id"])
    op.create_table(
        "registry_reference",
        sa.Column("schema_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", _NAME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schema_id"], ["registry_schema.id"], name=op.f("fk_registry_reference_schema_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("schema_id", "position", name=op.f("pk_registry_reference")),
    )
    op.create_index(op.f("ix_registry_reference_subject_version"), "registry_reference", ["subject", "version"])
    op.create_table(
        "registry_subject",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("application_id", _ID, nullable=True),
        sa.Column("compatibility", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_registry_subject_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_subject")),
        sa.UniqueConstraint("name", name=op.f("uq_registry_subject_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_subject_application_id"), "registry_subject", ["application_id"])
    op.create_table(
        "registry_version",
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema_id", _ID, nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["registry_subject.id"], name=op.f("fk_registry_version_subject_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["schema_id"], ["registry_schema.id"], name=op.f("fk_registry_version_schema_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "version", name=op.f("pk_registry_version")),
    )
    op.create_index(op.f("ix_registry_version_schema_id"), "registry_version", ["schema_id"])
