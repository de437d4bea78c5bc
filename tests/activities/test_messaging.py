"""A message is sent once, whenever we die, and not at all once its booking was cancelled."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from activities.messaging import Messaging
from activities.providers.ports import (
    MailSender,
    OutgoingMail,
    OutgoingText,
    PermanentProviderError,
    RetryableProviderError,
    TextSender,
)
from activities.providers.postmark import PostmarkSender
from activities.providers.twilio import TwilioSender
from models.database import Sessions
from models.messages.ids import BookingId
from models.messages.messaging import MessageOutcome, SendMessage, Template
from models.settings import Settings
from models.tables.crm import Booking, BookingActivity, Task
from models.tables.integration import Message
from tests.support.rows import Booked, book
from tests.support.trip import an_accepted_trip

AT_ONCE = timedelta(0)


class Died(Exception):  # noqa: N818 - the process is gone, that is no error of ours
    """The process ended after the provider took the message."""


class DyingMail:
    """Sends by the real adapter, then dies: once, or raises what it is given."""

    def __init__(self, sender: MailSender, *deaths: Exception) -> None:
        self._sender = sender
        self._deaths = list(deaths)
        self.sent = Counter[str]()

    async def send(self, mail: OutgoingMail) -> str:
        provider_id = await self._sender.send(mail)
        self.sent[mail.to] += 1
        if self._deaths:
            raise self._deaths.pop(0)
        return provider_id

    async def find(self, message_id: str) -> str | None:
        return await self._sender.find(message_id)


class DyingText:
    """Likewise for texts."""

    def __init__(self, sender: TextSender, *deaths: Exception) -> None:
        self._sender = sender
        self._deaths = list(deaths)
        self.sent = Counter[str]()

    async def send(self, text: OutgoingText) -> str:
        provider_id = await self._sender.send(text)
        self.sent[text.to] += 1
        if self._deaths:
            raise self._deaths.pop(0)
        return provider_id

    async def find(self, text: OutgoingText) -> str | None:
        return await self._sender.find(text)


class RefusingMail:
    """Raises what it is given instead of sending; then it sends."""

    def __init__(self, sender: MailSender, *faults: Exception) -> None:
        self._sender = sender
        self._faults = list(faults)
        self.asked = 0

    async def send(self, mail: OutgoingMail) -> str:
        if self._faults:
            raise self._faults.pop(0)
        return await self._sender.send(mail)

    async def find(self, message_id: str) -> str | None:
        self.asked += 1
        return await self._sender.find(message_id)


class NoDocuments:
    """These messages carry no files."""

    async def write(self, key: str, content: bytes) -> None:
        raise AssertionError(key, content)

    async def read(self, key: str) -> bytes:
        raise AssertionError(key)


class Post:
    """Messaging over the stand-ins, with senders that a test may replace."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self.sessions = sessions
        self._settings = settings
        self.postmark = PostmarkSender(settings)
        self.twilio = TwilioSender(settings)

    def messaging(
        self,
        mail: MailSender | None = None,
        texts: TextSender | None = None,
        settling: timedelta = AT_ONCE,
    ) -> Messaging:
        return Messaging(
            self.sessions,
            self._settings,
            mail=mail or self.postmark,
            texts=texts or self.twilio,
            documents=NoDocuments(),
            settling=settling,
        )

    async def book(self, **facts: object) -> Booked:
        async with self.sessions.begin() as session:
            return await book(session, **facts)  # type: ignore[arg-type]  # keyword factory

    async def message(self, booked: Booked) -> Message:
        async with self.sessions() as session:
            found = await session.scalar(
                select(Message).where(Message.booking_id == booked.booking_id)
            )
        assert found is not None
        return found

    async def tasks(self, booked: Booked) -> list[str]:
        async with self.sessions() as session:
            return list(
                await session.scalars(select(Task.key).where(Task.booking_id == booked.booking_id))
            )

    async def cancel(self, booked: Booked) -> None:
        async with self.sessions.begin() as session:
            await session.execute(
                update(Booking)
                .where(Booking.id == booked.booking_id)
                .values(trip_status="CANCELLED")
            )


@pytest.fixture
def post(sessions: Sessions, stand_ins: Settings) -> Post:
    return Post(sessions, stand_ins)


def received(booked: Booked, template: Template = Template.BOOKING_RECEIVED) -> SendMessage:
    return SendMessage(
        booking_id=BookingId(booked.booking_id), template=template, subject_ref=booked.booking_id
    )


async def test_a_message_is_sent_and_marked_with_the_providers_id(post: Post) -> None:
    booked = await post.book()
    sent = await post.messaging().send_message(received(booked))
    message = await post.message(booked)
    assert sent.outcome is MessageOutcome.SENT
    assert sent.message_ids == (message.id,)
    assert message.status == "SENT"
    assert message.provider_message_id == await post.postmark.find(message.id)
    async with post.sessions() as session:
        line = await session.scalar(
            select(BookingActivity).where(BookingActivity.dedupe_key == message.id)
        )
    assert line is not None
    assert line.type == "MESSAGE_SENT"
    assert "Anna" not in line.detail
    assert "@" not in line.detail


async def test_sending_again_sends_nothing(post: Post) -> None:
    booked = await post.book()
    mail = DyingMail(post.postmark)
    answers = [await post.messaging(mail).send_message(received(booked)) for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert mail.sent.total() == 1


async def test_the_same_message_five_times_at_once_is_one(post: Post) -> None:
    booked = await post.book()
    mail = DyingMail(post.postmark)
    messaging = post.messaging(mail, settling=timedelta(seconds=30))
    answers = await asyncio.gather(
        *(messaging.send_message(received(booked)) for _ in range(5)), return_exceptions=True
    )
    assert mail.sent.total() == 1
    assert any(not isinstance(answer, BaseException) for answer in answers)


async def test_another_occasion_is_another_message(post: Post) -> None:
    booked = await post.book()
    mail = DyingMail(post.postmark)
    for occasion in ("D-7", "D-3"):
        request = received(booked).model_copy(update={"occasion": occasion})
        await post.messaging(mail).send_message(request)
    assert mail.sent.total() == 2


@pytest.mark.parametrize("death", [Died(), RetryableProviderError("postmark", "ReadTimeout")])
async def test_dying_after_the_mail_was_taken_sends_no_second_one(
    post: Post, death: Exception
) -> None:
    booked = await post.book()
    mail = DyingMail(post.postmark, death)
    with pytest.raises((Died, ApplicationError)):
        await post.messaging(mail).send_message(received(booked))
    assert (await post.message(booked)).status == "SENDING"
    sent = await post.messaging(mail).send_message(received(booked))
    assert sent.outcome is MessageOutcome.SENT
    assert mail.sent.total() == 1
    message = await post.message(booked)
    assert message.provider_message_id == await post.postmark.find(message.id)


async def test_dying_after_the_text_was_taken_sends_no_second_one(post: Post) -> None:
    booked = await post.book(phone=f"+8490{uuid4().int % 10**7:07d}")
    texts = DyingText(post.twilio, Died())
    request = received(booked, Template.WELCOME)
    with pytest.raises(Died):
        await post.messaging(texts=texts).send_message(request)
    sent = await post.messaging(texts=texts).send_message(request)
    assert sent.outcome is MessageOutcome.SENT
    assert texts.sent.total() == 1
    message = await post.message(booked)
    assert (message.channel, message.status) == ("WHATSAPP", "SENT")
    assert (message.provider_message_id or "").startswith("SM")


async def test_what_the_provider_did_not_take_is_sent_by_the_next_try(post: Post) -> None:
    booked = await post.book()
    mail = RefusingMail(post.postmark, RetryableProviderError("postmark", "503"))
    with pytest.raises(ApplicationError) as later:
        await post.messaging(mail).send_message(received(booked))
    assert not later.value.non_retryable
    sent = await post.messaging(mail).send_message(received(booked))
    assert sent.outcome is MessageOutcome.SENT
    assert mail.asked == 1


async def test_what_surely_never_left_is_sent_without_asking(post: Post) -> None:
    booked = await post.book()
    fault = RetryableProviderError("postmark", "ConnectTimeout", maybe_done=False)
    mail = RefusingMail(post.postmark, fault)
    messaging = post.messaging(mail, settling=timedelta(hours=1))
    with pytest.raises(ApplicationError) as later:
        await messaging.send_message(received(booked))
    assert later.value.next_retry_delay is None
    sent = await messaging.send_message(received(booked))
    assert sent.outcome is MessageOutcome.SENT
    assert mail.asked == 0


async def test_a_try_that_may_be_under_way_is_left_time(post: Post) -> None:
    booked = await post.book()
    mail = DyingMail(post.postmark, Died())
    messaging = post.messaging(mail, settling=timedelta(minutes=5))
    with pytest.raises(Died):
        await messaging.send_message(received(booked))
    with pytest.raises(ApplicationError) as later:
        await messaging.send_message(received(booked))
    assert later.value.next_retry_delay == timedelta(minutes=5)
    assert mail.sent.total() == 1


async def test_a_refused_mail_is_failed_and_a_task_for_staff(post: Post) -> None:
    booked = await post.book()
    mail = RefusingMail(post.postmark, PermanentProviderError("postmark", "406"))
    for _ in range(2):
        sent = await post.messaging(mail).send_message(received(booked))
        assert sent.outcome is MessageOutcome.UNDELIVERABLE
    message = await post.message(booked)
    assert message.status == "FAILED"
    assert await post.tasks(booked) == [f"undeliverable:{message.id}"]


async def test_nobody_to_write_to_is_a_task_for_staff(post: Post) -> None:
    booked = await post.book(email=None)
    sent = await post.messaging().send_message(received(booked))
    assert sent.outcome is MessageOutcome.UNDELIVERABLE
    assert [key.partition(":")[0] for key in await post.tasks(booked)] == ["unreachable"]


@pytest.mark.parametrize("template", [Template.SERVICE_REQUEST, Template.SERVICE_REQUEST_REMINDER])
async def test_a_supplier_who_was_replaced_gets_nothing_and_nobody_a_task(
    post: Post, template: Template
) -> None:
    async with post.sessions.begin() as session:
        trip = await an_accepted_trip(session)
        order = trip.orders[0]
        request = SendMessage(
            booking_id=BookingId(trip.booking.id),
            template=template,
            subject_ref=f"{order.id}:{order.attempt}",
        )
        order.attempt += 1
    mail = DyingMail(post.postmark)
    sent = await post.messaging(mail).send_message(request)
    assert (sent.outcome, sent.message_ids) == (MessageOutcome.WITHDRAWN, ())
    assert mail.sent.total() == 0
    assert await post.tasks(Booked(trip.booking.id, ())) == []


async def test_a_message_of_a_cancelled_booking_is_withdrawn(post: Post) -> None:
    booked = await post.book(trip_status="CANCELLED")
    mail = DyingMail(post.postmark)
    for _ in range(2):
        sent = await post.messaging(mail).send_message(received(booked))
        assert sent.outcome is MessageOutcome.WITHDRAWN
    assert mail.sent.total() == 0
    assert (await post.message(booked)).status == "WITHDRAWN"


async def test_a_try_after_the_cancellation_sends_only_what_the_provider_has(post: Post) -> None:
    taken, untaken = await post.book(), await post.book()
    dying = DyingMail(post.postmark, Died())
    with pytest.raises(Died):
        await post.messaging(dying).send_message(received(taken))
    refusing = RefusingMail(post.postmark, RetryableProviderError("postmark", "503"))
    with pytest.raises(ApplicationError):
        await post.messaging(refusing).send_message(received(untaken))
    await post.cancel(taken)
    await post.cancel(untaken)
    outcomes = [
        (await post.messaging().send_message(received(booked))).outcome
        for booked in (taken, untaken)
    ]
    assert outcomes == [MessageOutcome.SENT, MessageOutcome.WITHDRAWN]


async def test_the_message_of_the_cancellation_itself_is_sent(post: Post) -> None:
    booked = await post.book(trip_status="CANCELLED")
    async with post.sessions.begin() as session:
        session.add(
            BookingActivity(
                id=f"act_{uuid4()}",
                booking_id=booked.booking_id,
                type="BOOKING_CANCELLED",
                actor="system",
                detail="",
            )
        )
    sent = await post.messaging().send_message(received(booked, Template.BOOKING_CANCELLED))
    assert sent.outcome is MessageOutcome.SENT


async def test_a_claim_waits_for_a_cancellation_that_is_being_written(post: Post) -> None:
    booked = await post.book()
    mail = DyingMail(post.postmark)
    async with post.sessions.begin() as session:
        await session.execute(
            update(Booking).where(Booking.id == booked.booking_id).values(trip_status="CANCELLED")
        )
        sending = asyncio.create_task(post.messaging(mail).send_message(received(booked)))
        await asyncio.sleep(0.3)
        assert not sending.done()
    assert (await sending).outcome is MessageOutcome.WITHDRAWN
    assert mail.sent.total() == 0


async def test_an_unknown_booking_is_refused_once(post: Post) -> None:
    with pytest.raises(ApplicationError) as refusal:
        await post.messaging().send_message(received(Booked("booking_unknown", ())))
    assert (refusal.value.type, refusal.value.non_retryable) == ("NOT_FOUND", True)
