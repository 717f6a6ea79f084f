"""what providers' documents owe to their own past can be asked of a newer checker."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evolution", sa.Column("asked_of", sa.Text(), nullable=True))
