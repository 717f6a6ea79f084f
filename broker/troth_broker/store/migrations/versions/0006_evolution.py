"""what providers' documents owe to their own past."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "evolution",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("reader_id", _ID, nullable=False),
        sa.Column("writer_id", _ID, nullable=False),
        sa.Column("checker", sa.Text(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=True),
        sa.Column("breaking", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("not_covered", sa.Integer(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["provider_content.id"], name=op.f("fk_evolution_reader_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["writer_id"], ["provider_content.id"], name=op.f("fk_evolution_writer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evolution")),
        sa.UniqueConstraint("reader_id", "writer_id", "checker", name=op.f("uq_evolution_reader_id_writer_id_checker")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_evolution_writer_id"), "evolution", ["writer_id"])
