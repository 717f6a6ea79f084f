"""which of two versions of a document is the older.

What was kept before was compared with the writer as the older. Where the old version is the reader it is compared anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LAST = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'evolution'")


def upgrade() -> None:
    db = op.get_bind()
    rebuilt = db.dialect.name == "sqlite"
    before = db.execute(_LAST).scalar() if rebuilt else None
    with op.batch_alter_table("evolution", table_kwargs={"sqlite_autoincrement": rebuilt}) as batch:
        batch.add_column(sa.Column("older", sa.Text(), nullable=False, server_default="writer"))
        batch.drop_constraint("uq_evolution_reader_id_writer_id_checker", type_="unique")
        batch.create_unique_constraint(
            "uq_evolution_reader_id_writer_id_older_checker", ["reader_id", "writer_id", "older", "checker"]
        )
    with op.batch_alter_table("evolution", table_kwargs={"sqlite_autoincrement": rebuilt}) as batch:
        batch.alter_column("older", existing_type=sa.Text(), existing_nullable=False, server_default=None)
    if before is not None:  # a rebuilt table goes on counting its ids where it was: none is given twice
        db.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'evolution'"))
        db.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('evolution', :seq)"), {"seq": before})
