"""The face that customers see beside the name of who plans for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("portrait", postgresql.JSONB(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("staff", "portrait")
