"""Every router of the back office's pages."""

from fastapi import APIRouter

from api.pages.backoffice import (
    account,
    assignment,
    attachments,
    audit,
    booking_actions,
    booking_list,
    booking_page,
    cancelling,
    desk_actions,
    kanban,
    lists,
    new_enquiry,
    palette,
    permissions,
    policy,
    preferences,
    quotes,
    roster,
    tasks,
    triage,
)

ROUTERS: tuple[APIRouter, ...] = (
    booking_list.router,
    kanban.router,
    lists.router,
    tasks.router,
    triage.router,
    new_enquiry.router,
    audit.router,
    palette.router,
    policy.router,
    preferences.router,
    roster.router,
    assignment.router,
    account.router,
    permissions.router,
    quotes.router,
    cancelling.router,
    booking_actions.router,
    desk_actions.router,
    attachments.router,
    booking_page.router,
)
