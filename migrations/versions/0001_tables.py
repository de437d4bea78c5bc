"""The tables of the main job.

Rules: expand first, contract in a later release; every index on a filled table is built
CONCURRENTLY; the downgrade works on a database with data.
"""

from alembic import op

from migrations.first import (
    catalog,
    compliance,
    crm,
    finance,
    guides,
    integration,
    operations,
    partners,
    quote,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROOMS = (compliance, catalog, partners, crm, integration, quote, finance, operations, guides)
"""Each names only tables of those before it."""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for room in ROOMS:
        for create in room.TABLES:
            create()


def downgrade() -> None:
    for room in reversed(ROOMS):
        for create in reversed(room.TABLES):
            op.drop_table(create.__name__)
    op.execute("DROP EXTENSION IF EXISTS btree_gist")
