"""Every router of the staff's JSON API that hangs on bookings, customers and staff."""

from fastapi import APIRouter

from api.staff import (
    activities,
    bookings,
    customers,
    invoices,
    operations,
    quotes,
    staff_directory,
    tours,
)

ROUTERS: tuple[APIRouter, ...] = (
    bookings.router,
    activities.router,
    invoices.router,
    quotes.router,
    operations.router,
    customers.router,
    staff_directory.router,
    tours.router,
)
