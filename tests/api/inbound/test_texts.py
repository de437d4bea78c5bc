"""WhatsApp messages and SMS to us: signed, stored once, filed by the exact number alone."""

import asyncio

import pytest

from models.tables.crm import ConsentRecord
from models.tables.inbound import InboundMessage
from tests.support.inbound import PHONE, PUBLIC_URL, TEXT_PATH, Inbox, a_text


async def test_a_text_lands_on_the_one_open_booking_of_its_number(inbox: Inbox) -> None:
    booked = await inbox.book()
    await inbox.book(stage="LOST")
    answer = await inbox.text()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    message = await inbox.only()
    assert (message.state, message.reason) == ("FILED", "SENDER")
    (line,) = await inbox.lines(booked)
    assert line.detail == (f"WhatsApp message from Anna S <{PHONE}>\n\nIs breakfast included?")
    (task,) = await inbox.tasks(booked)
    assert task.title == "Answer the customer's WhatsApp message"


async def test_an_sms_is_taken_by_the_same_door(inbox: Inbox) -> None:
    booked = await inbox.book()
    await inbox.text(a_text(From=PHONE, To="+15005550006"))
    message = await inbox.only()
    assert (message.channel, message.booking_id) == ("SMS", booked.booking_id)


@pytest.mark.parametrize("sender", ["whatsapp:+84901234567", "+4915123", "anonymous", ""])
async def test_another_number_waits(inbox: Inbox, sender: str) -> None:
    await inbox.book()
    await inbox.text(a_text(From=sender))
    message = await inbox.only()
    assert (message.state, message.reason) == ("WAITING", "UNKNOWN_SENDER")


async def test_a_family_phone_with_two_open_bookings_waits(inbox: Inbox) -> None:
    await inbox.book("anna@home.example")
    await inbox.book("otto@home.example")
    await inbox.text()
    assert (await inbox.only()).reason == "SEVERAL_BOOKINGS"


async def test_the_same_text_is_stored_once(inbox: Inbox) -> None:
    booked = await inbox.book()
    form = a_text()
    answers = await asyncio.gather(*(inbox.text(form) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    await inbox.only()
    assert len(await inbox.lines(booked)) == len(await inbox.tasks(booked)) == 1


async def test_what_twilio_did_not_sign_writes_nothing(inbox: Inbox) -> None:
    unsigned = await inbox.http.post(TEXT_PATH, data=a_text())
    forged = await inbox.text(token="another")
    assert (unsigned.status_code, forged.status_code) == (403, 403)
    assert await inbox.rows(InboundMessage) == []


async def test_a_signed_form_without_an_id_is_refused(inbox: Inbox) -> None:
    answer = await inbox.text(a_text(MessageSid=""))
    assert answer.status_code == 422
    assert await inbox.rows(InboundMessage) == []


@pytest.mark.parametrize("word", ["STOP", "Unsubscribe", " stop. "])
async def test_stop_withdraws_the_consent_of_everybody_with_the_number(
    inbox: Inbox, word: str
) -> None:
    await inbox.book("anna@home.example")
    await inbox.book("otto@home.example")
    await inbox.book("mai@home.example", phone="+84901234567")
    await inbox.text(a_text(Body=word))
    consents = await inbox.rows(ConsentRecord)
    assert [(one.channel, one.granted, one.source) for one in consents] == [
        ("whatsapp", False, "whatsapp")
    ] * 2
    message = await inbox.only()
    assert (message.stop, message.state) == (True, "WAITING")


async def test_stop_is_a_task_on_the_one_booking(inbox: Inbox) -> None:
    booked = await inbox.book()
    await inbox.text(a_text(From=PHONE, Body="Nein danke", OptOutType="STOP"))
    (task,) = await inbox.tasks(booked)
    assert task.title == "No more messages by SMS: the customer asked for it"
    assert await inbox.withdrawn() == [("sms", False)]


async def test_pictures_are_named_and_long_texts_bounded(inbox: Inbox) -> None:
    await inbox.text(
        a_text(
            Body="x" * 12_000,
            NumMedia="2",
            MediaContentType0="image/jpeg",
            MediaUrl0=f"{PUBLIC_URL}/x",
        )
    )
    message = await inbox.only()
    assert (len(message.body), message.shortened) == (10_000, True)
    assert [one["content_type"] for one in message.attachments] == ["image/jpeg", ""]


async def test_our_own_number_is_nobody(inbox: Inbox) -> None:
    await inbox.text(a_text(From=inbox.settings.twilio_whatsapp_from, NumMedia="many"))
    message = await inbox.only()
    assert (message.kind, message.state) == ("OWN", "DISMISSED")
