"""A stand-in that speaks Twilio's messages API and calls its status callbacks."""

from sandbox.twilio.app import create_twilio_app
from sandbox.twilio.status_callbacks import TwilioCarrier

__all__ = ["TwilioCarrier", "create_twilio_app"]
