"""A stand-in that speaks Stripe's HTTP API, shows its pay page and sends its signed webhooks."""

from sandbox.stripe.app import create_stripe_app

__all__ = ["create_stripe_app"]
