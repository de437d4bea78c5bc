"""A stand-in that speaks Postmark's HTTP API and sends its webhooks."""

from sandbox.postmark.app import create_postmark_app
from sandbox.postmark.webhooks import PostmarkCarrier

__all__ = ["PostmarkCarrier", "create_postmark_app"]
