"""The mail and text adapters keep their ports' promises, over HTTP, by the official SDKs."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import pytest

from activities.providers.ports import (
    MailAttachment,
    OutgoingMail,
    OutgoingText,
    PermanentProviderError,
    ProviderError,
    RetryableProviderError,
)
from activities.providers.postmark import PostmarkSender
from activities.providers.twilio import TwilioSender, mark
from models.messages.ids import new_id
from models.settings import Settings

NOBODY = "http://127.0.0.1:9"


def mail(**facts: object) -> OutgoingMail:
    given = {
        "message_id": new_id("msg"),
        "to": f"Ánna Điệp <anna-{uuid4().hex}@home.example>",
        "subject": "Your trip",
        "text": "Hello",
        "html": "<p>Hello</p>",
        "tag": "welcome",
    }
    return OutgoingMail(**(given | facts))  # type: ignore[arg-type]  # keyword factory


def text(**facts: object) -> OutgoingText:
    given = {
        "message_id": new_id("msg"),
        "to": f"+8490{uuid4().int % 10**7:07d}",
        "body": "Hello",
        "written_at": datetime.now(UTC),
    }
    return OutgoingText(**(given | facts))  # type: ignore[arg-type]  # keyword factory


async def test_a_mail_is_taken_and_found_again_by_our_id(stand_ins: Settings) -> None:
    sender = PostmarkSender(stand_ins)
    outgoing = mail(attachments=(MailAttachment("quote.pdf", "application/pdf", b"%PDF-1.7 x"),))
    assert await sender.find(outgoing.message_id) is None
    provider_id = await sender.send(outgoing)
    assert await sender.find(outgoing.message_id) == provider_id


async def test_a_mail_names_the_address_for_its_answer(stand_ins: Settings) -> None:
    sender = PostmarkSender(stand_ins)
    answerable = await sender.send(mail(reply_to="reply+token@reply.example.test"))
    plain = await sender.send(mail())
    pages = [
        httpx2.get(f"{stand_ins.sandbox_url}/mailbox/mail/{sent}/source").text
        for sent in (answerable, plain)
    ]
    assert "Reply-To: reply+token@reply.example.test" in pages[0]
    assert "Reply-To" not in pages[1]


async def test_a_mail_that_will_never_be_taken_is_refused_for_good(stand_ins: Settings) -> None:
    with pytest.raises(PermanentProviderError) as refusal:
        await PostmarkSender(stand_ins).send(mail(to="no address"))
    assert refusal.value.code == "300"
    assert_says_nothing_of(refusal.value, "no address")


async def test_an_inactive_receiver_is_refused_for_good(stand_ins: Settings) -> None:
    sender = PostmarkSender(stand_ins)
    address = f"bounce@{uuid4().hex}.example"
    refusal: ProviderError | None = None
    while refusal is None:
        try:
            await sender.send(mail(to=address))
            await asyncio.sleep(0.1)
        except PermanentProviderError as error:
            refusal = error
    assert refusal.code == "406"
    assert_says_nothing_of(refusal, address)


async def test_a_wrong_token_is_tried_again_since_nothing_was_sent(stand_ins: Settings) -> None:
    wrong = stand_ins.model_copy(update={"postmark_server_token": Settings().oidc_client_secret})
    with pytest.raises(RetryableProviderError) as fault:
        await PostmarkSender(wrong).send(mail())
    assert (fault.value.code, fault.value.maybe_done) == ("10", False)
    wrong = stand_ins.model_copy(update={"twilio_auth_token": Settings().oidc_client_secret})
    with pytest.raises(RetryableProviderError) as fault:
        await TwilioSender(wrong).send(text())
    assert (fault.value.code, fault.value.maybe_done) == ("20003", False)


@pytest.mark.parametrize("to", ["+84901234567", "whatsapp:+84901234567"])
async def test_a_text_is_taken_and_found_again_by_its_mark(stand_ins: Settings, to: str) -> None:
    sender = TwilioSender(stand_ins)
    first, second = text(to=to), text(to=to)
    assert await sender.find(first) is None
    sid = await sender.send(first)
    assert await sender.find(first) == sid
    assert await sender.find(second) is None
    later = text(
        message_id=first.message_id, to=to, written_at=datetime.now(UTC) + timedelta(hours=1)
    )
    assert await sender.find(later) is None


async def test_a_text_that_will_never_be_taken_is_refused_for_good(stand_ins: Settings) -> None:
    with pytest.raises(PermanentProviderError) as refusal:
        await TwilioSender(stand_ins).send(text(to="+1"))
    assert refusal.value.code == "21211"


async def test_nobody_there_is_surely_not_sent(stand_ins: Settings) -> None:
    away = stand_ins.model_copy(
        update={"postmark_api_base": f"{NOBODY}/postmark", "twilio_api_base": f"{NOBODY}/twilio"}
    )
    for attempt in (PostmarkSender(away).send(mail()), TwilioSender(away).send(text())):
        with pytest.raises(RetryableProviderError) as fault:
            await attempt
        assert not fault.value.maybe_done
    for question in (PostmarkSender(away).find("msg_x"), TwilioSender(away).find(text())):
        with pytest.raises(RetryableProviderError):
            await question


async def test_a_text_longer_than_twilio_takes_and_a_huge_mail_are_refused_for_good(
    stand_ins: Settings,
) -> None:
    with pytest.raises(PermanentProviderError):
        await TwilioSender(stand_ins).send(text(body="x" * 2000))
    with pytest.raises(PermanentProviderError):
        await PostmarkSender(stand_ins).send(mail(text="x" * (6 << 20)))


def test_marks_differ_by_message() -> None:
    marks = {mark(new_id("msg")) for _ in range(1000)}
    assert len(marks) == 1000
    assert all(len(each) == len("Ref. 7KQ2X9BA") for each in marks)


def assert_says_nothing_of(error: ProviderError, personal: str) -> None:
    assert personal not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__
