"""Every router of the back office's pages."""

from fastapi import APIRouter

from api.pages.backoffice import (
    audit,
    booking_actions,
    booking_page,
    cancelling,
    lists,
    new_enquiry,
    palette,
    preferences,
    quotes,
    triage,
)

ROUTERS: tuple[APIRouter, ...] = (
    lists.router,
    triage.router,
    new_enquiry.router,
    audit.router,
    palette.router,
    preferences.router,
    quotes.router,
    cancelling.router,
    booking_actions.router,
    booking_page.router,
)
