"""Every router of the staff's JSON API that hangs on bookings, customers and staff."""

from fastapi import APIRouter

from api.staff import (
    activities,
    attachments,
    audit,
    booking_export,
    booking_list,
    bookings,
    contact_log,
    customers,
    invoices,
    live,
    new_booking,
    notes,
    operations,
    quotes,
    saved_views,
    staff_directory,
    tasks,
    timeline,
    tours,
    triage,
)

ROUTERS: tuple[APIRouter, ...] = (
    booking_export.router,
    booking_list.router,
    saved_views.router,
    bookings.router,
    new_booking.router,
    activities.router,
    invoices.router,
    timeline.router,
    tasks.router,
    notes.router,
    contact_log.router,
    attachments.router,
    quotes.router,
    operations.router,
    customers.router,
    staff_directory.router,
    tours.router,
    triage.router,
    audit.router,
    live.router,
)
