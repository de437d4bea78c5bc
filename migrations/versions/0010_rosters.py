"""Who is away, who works when, and policies on their way into force."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def upgrade() -> None:
    op.add_column("bookings", sa.Column("stage_entered_at", sa.TIMESTAMP(timezone=True)))
    op.add_column("bookings", sa.Column("clocks_version", sa.Integer()))
    op.create_table(
        "staff_leave",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        postgresql.ExcludeConstraint(
            ("staff_id", "="),
            (sa.func.daterange(sa.text("starts_on"), sa.text("ends_on"), sa.text("'[]'")), "&&"),
            using="gist",
            name="ex_staff_leave_one_at_a_time",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_leave_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_leave")),
    )
    op.create_index(
        op.f("ix_staff_leave_ends_on_starts_on"), "staff_leave", ["ends_on", "starts_on"]
    )
    op.create_table(
        "staff_shifts",
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_range"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_shifts_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", "weekday", name=op.f("pk_staff_shifts")),
    )
    op.create_table(
        "policy_drafts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=NOW, nullable=False),
        sa.Column("applied_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["based_on"], ["policies.version"], name=op.f("fk_policy_drafts_based_on_policies")
        ),
        sa.ForeignKeyConstraint(
            ["applied_version"],
            ["policies.version"],
            name=op.f("fk_policy_drafts_applied_version_policies"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_drafts")),
    )
    op.create_index(op.f("ix_policy_drafts_based_on"), "policy_drafts", ["based_on"])
    op.create_index(op.f("ix_policy_drafts_applied_version"), "policy_drafts", ["applied_version"])
    op.create_table(
        "policy_rollouts",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_up_to", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("told", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), server_default=NOW, nullable=False),
        sa.Column("finished_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["version"], ["policies.version"], name=op.f("fk_policy_rollouts_version_policies")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy_rollouts")),
    )
    op.create_index(
        "ix_policy_rollouts_under_way",
        "policy_rollouts",
        ["version"],
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    with op.get_context().autocommit_block():
        op.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_bookings_running "
            "ON bookings (id) WHERE closed_at IS NULL"
        )


def downgrade() -> None:
    op.execute("DROP INDEX ix_bookings_running")
    op.drop_table("policy_rollouts")
    op.drop_table("policy_drafts")
    op.drop_table("staff_shifts")
    op.drop_table("staff_leave")
    op.drop_column("bookings", "clocks_version")
    op.drop_column("bookings", "stage_entered_at")
