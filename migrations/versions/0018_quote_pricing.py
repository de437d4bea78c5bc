"""Quotes priced from rate cards: who travels in which rooms, and why each price is what it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COLUMNS = {
    "quote_versions": ("groups", "pricing"),
    "quote_lines": ("wanted", "priced_from"),
}
TEXTS_OF_A_LINE = ("option", "meals")


def upgrade() -> None:
    for table, names in COLUMNS.items():
        for name in names:
            op.add_column(table, sa.Column(name, postgresql.JSONB(none_as_null=True)))
    for name in TEXTS_OF_A_LINE:
        op.add_column("quote_lines", sa.Column(name, sa.Text()))


def downgrade() -> None:
    for name in reversed(TEXTS_OF_A_LINE):
        op.drop_column("quote_lines", name)
    for table, names in COLUMNS.items():
        for name in reversed(names):
            op.drop_column(table, name)
