"""What the providers are called and where they call us; to know that costs no library."""

from typing import Final

STRIPE: Final = "stripe"
POSTMARK: Final = "postmark"
TWILIO: Final = "twilio"
WHATSAPP: Final = "whatsapp:"
"""What Twilio writes before the number of a WhatsApp message."""
TWILIO_WEBHOOK_PATH: Final = "/webhooks/twilio"
