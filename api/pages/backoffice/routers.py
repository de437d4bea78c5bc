"""Every router of the back office's pages."""

from fastapi import APIRouter

from api.pages.backoffice import (
    audit,
    booking_actions,
    booking_page,
    cancelling,
    lists,
    palette,
    preferences,
    quotes,
)

ROUTERS: tuple[APIRouter, ...] = (
    lists.router,
    audit.router,
    palette.router,
    preferences.router,
    quotes.router,
    cancelling.router,
    booking_actions.router,
    booking_page.router,
)
