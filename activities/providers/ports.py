"""What we ask of providers, in our words; each adapter beside this file answers with one SDK."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from models.domain.exchange import RatesOfDay


class ProviderError(Exception):
    """A provider did not do what was asked. The text names the provider and its code, no person."""

    def __init__(self, provider: str, code: str) -> None:
        super().__init__(f"{provider}: {code}")
        self.provider = provider
        self.code = code


class RetryableProviderError(ProviderError):
    """Asking again may help. `maybe_done`: the provider may have done it all the same."""

    def __init__(self, provider: str, code: str, *, maybe_done: bool = True) -> None:
        super().__init__(provider, code)
        self.maybe_done = maybe_done


class PermanentProviderError(ProviderError):
    """Asking again the same way never helps."""


@dataclass(frozen=True)
class MailAttachment:
    """A file of an e-mail."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class OutgoingMail:
    """An e-mail to one person. `message_id` is ours, and how it is found again."""

    message_id: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    tag: str = ""
    booking_id: str = ""
    """Travels as metadata, so that the provider's log can be searched by booking."""
    attachments: tuple[MailAttachment, ...] = ()
    reply_to: str = field(default="", repr=False)
    """Where an answer goes; empty for the address that it comes from."""


class MailSender(Protocol):
    """Sends e-mail."""

    async def send(self, mail: OutgoingMail) -> str:
        """Hands the mail over; returns the provider's id of it.

        Raises:
            RetryableProviderError: nobody answered, or not now.
            PermanentProviderError: this mail will never be taken (`406`: inactive recipient).
        """

    async def find(self, message_id: str) -> str | None:
        """The provider's id of a mail that it took before, by our id.

        Raises:
            RetryableProviderError: nobody answered, or not now.
        """


@dataclass(frozen=True)
class OutgoingText:
    """A WhatsApp message or SMS. `message_id` is ours; a mark made of it ends the text."""

    message_id: str
    to: str = field(repr=False)
    """E.164, with `whatsapp:` before it for WhatsApp."""
    body: str = field(repr=False)
    written_at: datetime
    """When our row was written: nothing older is looked at when it is searched for."""


class TextSender(Protocol):
    """Sends WhatsApp messages and SMS."""

    async def send(self, text: OutgoingText) -> str:
        """Hands the text over; returns the provider's id of it.

        Raises:
            RetryableProviderError: nobody answered, or not now.
            PermanentProviderError: this text will never be taken.
        """

    async def find(self, text: OutgoingText) -> str | None:
        """The provider's id of this text, if it took it before.

        Raises:
            RetryableProviderError: nobody answered, or not now.
        """


@dataclass(frozen=True)
class CheckoutRequest:
    """A payment page to open. `checkout_id` is the idempotency key. Minor units of ours."""

    checkout_id: str
    booking_id: str
    instalment_id: str
    amount_minor: int
    currency: str
    description: str = field(repr=False)
    customer_email: str | None = field(repr=False)
    success_url: str = field(repr=False)
    cancel_url: str = field(repr=False)


@dataclass(frozen=True)
class CheckoutPage:
    """A payment page as the provider opened it."""

    session_id: str
    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class RefundRequest:
    """Money to give back. `refund_id` is the idempotency key. Minor units of ours."""

    refund_id: str
    booking_id: str
    provider_payment_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class ProviderRefund:
    """A refund as the provider has it. `failed`: it was taken, yet the money did not go."""

    provider_refund_id: str
    failed: bool = False


class PaymentProvider(Protocol):
    """Takes money and gives it back."""

    async def open_checkout(self, request: CheckoutRequest) -> CheckoutPage:
        """Opens a payment page, or answers with the one that this id opened before.

        Raises:
            RetryableProviderError: nobody answered, or not now.
            PermanentProviderError: refused; `idempotency_error` when the id was used for another.
        """

    async def expire_checkout(self, session_id: str) -> str:
        """Closes a payment page; returns `EXPIRED`, or `COMPLETE` when it was paid meanwhile.

        Raises:
            RetryableProviderError: nobody answered, or not now.
            PermanentProviderError: refused; the page is unknown.
        """

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """Gives money back, once per `refund_id`.

        Raises:
            RetryableProviderError: nobody answered, or not now.
            PermanentProviderError: refused, such as `charge_already_refunded`.
        """

    async def find_refund(self, request: RefundRequest) -> ProviderRefund | None:
        """The refund that this id made before, if any; keys are forgotten, refunds are not.

        Raises:
            RetryableProviderError: nobody answered, or not now.
        """


class RateProvider(Protocol):
    """Publishes exchange rates against the euro."""

    async def latest(self) -> RatesOfDay:
        """The newest day that it has.

        Raises:
            RetryableProviderError: nobody answered, or not now.
            PermanentProviderError: what it answers is no list of rates; `code` says why.
        """


class DocumentStore(Protocol):
    """Keeps documents by key."""

    async def write(self, key: str, content: bytes) -> None:
        """Stores a document; writing the same key again replaces it as a whole."""

    async def read(self, key: str) -> bytes:
        """The bytes of a stored document.

        Raises:
            FileNotFoundError: nothing is stored under the key.
        """


@dataclass(frozen=True)
class PageFrame:
    """What stands on every page of a document besides its page number."""

    title: str = field(repr=False)
    reference: str
    """Whose document it is, as it stands below each page."""
    drawn_at: datetime
    """Stands in the file as its date, so that the same document has the same bytes."""
    numbering: str = "Page {page} of {pages}"
    """In the language of the document."""


class DocumentRenderer(Protocol):
    """Draws documents."""

    async def render(self, html: str, frame: PageFrame) -> bytes:
        """A PDF of an HTML page, A4, tagged for screen readers.

        Raises:
            RetryableProviderError: the browser died or did not answer.
        """
