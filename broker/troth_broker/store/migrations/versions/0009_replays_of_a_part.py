"""what running providers showed of contracts that nobody could observe as a whole."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TO = {
    "content_id": "content.id",
    "consumer_id": "application.id",
    "provider_id": "application.id",
    "provider_version_id": "version.id",
}


def upgrade() -> None:
    op.create_table(
        "partial_replay",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        *(sa.Column(name, _ID, nullable=False) for name in _TO),
        sa.Column("replayed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("unobserved", sa.Text(), nullable=False),
        sa.Column("build_url", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("test_results", sa.LargeBinary(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_partial_replay_{name}"), ondelete="CASCADE")
            for name, target in _TO.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partial_replay")),
        sqlite_autoincrement=True,
    )
    for columns in (
        ("content_id", "id"),
        ("provider_version_id", "content_id", "id"),
        ("consumer_id", "provider_id", "provider_version_id"),
        ("provider_id",),
    ):
        op.create_index(op.f(f"ix_partial_replay_{'_'.join(columns)}"), "partial_replay", [*columns])
