"""Notifications that open pages listen to."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GROWING = ("booking_activities",)
CHANGING = (
    "tasks",
    "messages",
    "quote_versions",
    "service_orders",
    "guide_assignments",
    "checklist_items",
    "invoices",
    "instalments",
    "payments",
    "refunds",
    "documents",
)
"""Tables with a booking_id whose rows the booking's page shows."""


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION notify_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.booking_id IS NOT NULL THEN
                PERFORM pg_notify('live_changes', 'part ' || NEW.booking_id);
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION notify_booking_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                PERFORM pg_notify('live_changes', 'new ' || NEW.id);
            ELSIF OLD.staff_id IS DISTINCT FROM NEW.staff_id THEN
                PERFORM pg_notify('live_changes', concat_ws(' ', 'moved', NEW.id, OLD.staff_id));
            ELSE
                PERFORM pg_notify('live_changes', 'row ' || NEW.id);
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER bookings_live_new AFTER INSERT ON bookings "
        "FOR EACH ROW EXECUTE FUNCTION notify_booking_changed()"
    )
    op.execute(
        "CREATE TRIGGER bookings_live_changed AFTER UPDATE ON bookings FOR EACH ROW "
        "WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION notify_booking_changed()"
    )
    for table in (*GROWING, *CHANGING):
        times = "INSERT" if table in GROWING else "INSERT OR UPDATE"
        op.execute(
            f"CREATE TRIGGER {table}_live AFTER {times} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION notify_part_changed()"
        )


def downgrade() -> None:
    for table in (*GROWING, *CHANGING):
        op.execute(f"DROP TRIGGER {table}_live ON {table}")
    op.execute("DROP TRIGGER bookings_live_changed ON bookings")
    op.execute("DROP TRIGGER bookings_live_new ON bookings")
    op.execute("DROP FUNCTION notify_booking_changed()")
    op.execute("DROP FUNCTION notify_part_changed()")
