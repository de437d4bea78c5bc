"""Every router of the staff's JSON API that hangs on bookings, customers and staff."""

from fastapi import APIRouter

from api.staff import (
    activities,
    audit,
    bookings,
    customers,
    invoices,
    new_booking,
    operations,
    quotes,
    staff_directory,
    tours,
    triage,
)

ROUTERS: tuple[APIRouter, ...] = (
    bookings.router,
    new_booking.router,
    activities.router,
    invoices.router,
    quotes.router,
    operations.router,
    customers.router,
    staff_directory.router,
    tours.router,
    triage.router,
    audit.router,
)
