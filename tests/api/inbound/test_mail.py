"""Mails to us: stored once, filed by exact signs alone, recognised when nobody wrote them."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from models.tables.crm import ConsentRecord, Task
from models.tables.inbound import InboundMessage, InboundSorting
from models.tables.integration import OutboxRow
from tests.support.inbound import ANNA, DOMAIN, Inbox, a_mail, headers


def where(message: InboundMessage) -> tuple[str, str, str | None]:
    return message.state, message.reason, message.booking_id


async def test_a_mail_to_a_reply_address_is_filed_whoever_wrote_it(inbox: Inbox) -> None:
    booked, _ = await inbox.book(), await inbox.book()
    address = await inbox.reply_address(booked)
    mail = a_mail(
        sender="otto@home.example",
        to=address.upper(),
        Subject="Re: Your quote",
        TextBody="Yes, please!\n\nOn Monday you wrote:\n> Dear Anna",
        StrippedTextReply="Yes, please!",
    )
    assert (await inbox.mail(mail)).json() == {"received": True}
    message = await inbox.only()
    assert where(message) == ("FILED", "TOKEN", booked.booking_id)
    (line,) = await inbox.lines(booked)
    assert (line.type, line.actor) == ("MESSAGE_RECEIVED", "customer")
    assert line.detail == (
        "E-mail from Anna Sommer <otto@home.example>: Re: Your quote\n\nYes, please!"
    )
    assert "Dear Anna" in message.body


async def test_the_owner_gets_the_task_of_answering(inbox: Inbox) -> None:
    booked = await inbox.book()
    await inbox.mail()
    (task,) = await inbox.tasks(booked)
    assert (task.title, task.owner_role) == ("Answer the customer's e-mail", "atp_staff")
    assert task.due_at is not None
    assert task.due_at - task.created_at == timedelta(hours=2)


async def test_postmarks_own_reading_of_the_token_is_enough(inbox: Inbox) -> None:
    booked = await inbox.book()
    token = (await inbox.reply_address(booked)).partition("+")[2].partition("@")[0]
    await inbox.mail(a_mail(sender="x@y.example", MailboxHash=token, to="inbound@x.example"))
    assert where(await inbox.only()) == ("FILED", "TOKEN", booked.booking_id)


async def test_a_mail_that_answers_ours_is_filed_by_its_headers(inbox: Inbox) -> None:
    booked, other = await inbox.book(), await inbox.book()
    await inbox.sent(booked, "pm-one")
    await inbox.sent(other, "pm-two")
    references = headers(References="<pm-two@mtasv.net>", In_Reply_To="<pm-one@mtasv.net>")
    await inbox.mail(a_mail(sender="x@y.example", Headers=references))
    assert where(await inbox.only()) == ("FILED", "ANSWER", booked.booking_id)


async def test_the_sender_is_compared_exactly_and_has_one_open_booking(inbox: Inbox) -> None:
    booked = await inbox.book("Anna@home.example".lower())
    await inbox.book(stage="LOST")
    await inbox.book(trip_status="CANCELLED")
    for sender in ("ANNA@Home.Example", "anna+tag@home.example", "anna@home.example.evil"):
        await inbox.mail(a_mail(sender=sender))
    found = {one.sender: where(one) for one in await inbox.rows(InboundMessage)}
    assert found["ANNA@Home.Example"] == ("FILED", "SENDER", booked.booking_id)
    assert found["anna+tag@home.example"] == ("WAITING", "UNKNOWN_SENDER", None)
    assert found["anna@home.example.evil"] == ("WAITING", "UNKNOWN_SENDER", None)


async def test_what_is_not_sure_waits_and_says_why(inbox: Inbox) -> None:
    await inbox.book()
    await inbox.book()
    await inbox.book("jonas@home.example", stage="LOST")
    await inbox.book("mai@home.example")
    spam = headers(X_Spam_Status="Yes, score=8")
    for sender, more in (
        (ANNA, {}),
        ("jonas@home.example", {}),
        ("mai@home.example", {"Headers": spam}),
        ("nobody knows", {}),
    ):
        await inbox.mail(a_mail(sender=sender, **more))
    found = {one.sender: where(one) for one in await inbox.rows(InboundMessage)}
    assert found == {
        ANNA: ("WAITING", "SEVERAL_BOOKINGS", None),
        "jonas@home.example": ("WAITING", "NO_OPEN_BOOKING", None),
        "mai@home.example": ("WAITING", "SPAM", None),
        "nobody knows": ("WAITING", "UNKNOWN_SENDER", None),
    }
    assert await inbox.rows(Task) == []


async def test_a_made_up_token_opens_nothing(inbox: Inbox) -> None:
    await inbox.book()
    await inbox.mail(a_mail(sender="x@y.example", to=f"reply+{'a' * 32}@{DOMAIN}"))
    assert (await inbox.only()).state == "WAITING"


async def test_the_same_mail_is_stored_once_however_often_it_comes(inbox: Inbox) -> None:
    booked = await inbox.book()
    mail = a_mail()
    answers = await asyncio.gather(*(inbox.mail(mail) for _ in range(8)))
    answers.append(await inbox.mail(mail))
    assert {answer.status_code for answer in answers} == {200}
    await inbox.only()
    assert len(await inbox.lines(booked)) == len(await inbox.tasks(booked)) == 1
    assert len(await inbox.rows(InboundSorting)) == 1


async def test_nothing_is_said_to_temporal_and_nothing_is_answered(inbox: Inbox) -> None:
    await inbox.book()
    await inbox.mail()
    assert await inbox.rows(OutboxRow) == []


@pytest.mark.parametrize(
    ("changes", "kind", "alone", "tasks"),
    [
        ({"Headers": headers(Auto_Submitted="auto-replied")}, "AUTO_REPLY", "DISMISSED", 0),
        ({"Headers": headers(X_Autoreply="yes")}, "AUTO_REPLY", "DISMISSED", 0),
        ({"Headers": headers(Precedence="bulk")}, "MACHINE", "WAITING", 0),
        ({"sender": "mailer-daemon@x.example"}, "BOUNCE", "WAITING", 1),
    ],
)
async def test_what_nobody_wrote_is_recognised(
    inbox: Inbox, changes: dict[str, Any], kind: str, alone: str, tasks: int
) -> None:
    booked = await inbox.book()
    stranger = {"sender": "stranger@x.example", **changes}
    await inbox.mail(a_mail(**stranger))
    message = await inbox.only()
    assert (message.kind, message.state) == (kind, alone)
    await inbox.mail(a_mail(**stranger, to=await inbox.reply_address(booked)))
    assert len(await inbox.lines(booked)) == 1
    assert len(await inbox.tasks(booked)) == tasks


async def test_our_own_mail_coming_around_is_put_aside(inbox: Inbox) -> None:
    booked = await inbox.book()
    address = await inbox.reply_address(booked)
    for sender in ("trips@asiatravelplan.example", f"reply+x@{DOMAIN}"):
        await inbox.mail(a_mail(sender=sender, to=address, TextBody="stop"))
    kept = await inbox.rows(InboundMessage)
    assert {where(one) for one in kept} == {("DISMISSED", "OWN", None)}
    assert await inbox.lines(booked) == []
    assert {one.note for one in await inbox.rows(InboundSorting)} == {"OWN"}


async def test_text_is_made_plain_and_bounded(inbox: Inbox) -> None:
    await inbox.mail(
        a_mail(
            TextBody="",
            HtmlBody=f"<script>alert(1)</script><p>Hello\x00</p><p>{'x' * 60_000}</p>",
            Subject="Re:\r\n gp\u202ej.exe",
            Attachments=[
                {"Name": "a\nb.pdf", "ContentType": "application/pdf", "ContentLength": 12},
                {"Name": "", "ContentType": None, "ContentLength": -5, "Content": "AAAA"},
            ],
        )
    )
    message = await inbox.only()
    assert message.body.startswith("Hello\n\nxxx")
    assert (len(message.body), message.shortened) == (50_000, True)
    assert message.subject == "Re: gpj.exe"
    assert message.attachments == [
        {"name": "a b.pdf", "content_type": "application/pdf", "size": 12},
        {"name": "file", "content_type": "", "size": 0},
    ]


async def test_a_large_mail_is_taken_and_its_files_are_named(inbox: Inbox) -> None:
    booked = await inbox.book()
    photo = {"Name": "hue.jpg", "ContentType": "image/jpeg", "ContentLength": 3 << 20}
    answer = await inbox.mail(a_mail(Attachments=[photo | {"Content": "A" * (4 << 20)}]))
    assert answer.status_code == 200
    (line,) = await inbox.lines(booked)
    assert line.detail.endswith("Files: hue.jpg (image/jpeg)")


async def test_strange_fields_are_no_reason_to_lose_a_mail(inbox: Inbox) -> None:
    body = json.dumps({"MessageID": str(uuid4()), "Subject": "\ud800", "FromFull": 3, "To": None})
    strange = a_mail(ToFull="x", Headers=[None, {"Name": 1}], Attachments={}, TextBody=[], Date=5)
    answers = [await inbox.mail(body.encode()), await inbox.mail(strange)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await inbox.rows(InboundMessage)) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"MessageID": ""}', 422),
        (b'{"MessageID": "a\\u0000b"}', 422),
    ],
)
async def test_what_is_no_mail_is_refused(inbox: Inbox, body: bytes, status: int) -> None:
    answer = await inbox.mail(body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert await inbox.rows(InboundMessage) == []


async def test_only_postmark_may_hand_mails_over(inbox: Inbox) -> None:
    wrong = await inbox.mail(password="wrong")
    nobody = await inbox.http.post("/webhooks/postmark/inbound", content=b"not json")
    assert (wrong.status_code, nobody.status_code) == (401, 401)
    assert await inbox.rows(InboundMessage) == []


async def test_more_than_a_mail_can_have_is_refused(inbox: Inbox) -> None:
    answer = await inbox.http.post(
        "/webhooks/postmark/inbound", content=b"x", headers={"Content-Length": str(49 << 20)}
    )
    assert answer.status_code == 413


async def test_a_mail_that_only_asks_for_silence_withdraws_the_consent(inbox: Inbox) -> None:
    booked = await inbox.book()
    await inbox.mail(a_mail(TextBody="Unsubscribe"))
    (consent,) = await inbox.rows(ConsentRecord)
    assert (consent.channel, consent.purpose, consent.granted) == ("email", "marketing", False)
    (task,) = await inbox.tasks(booked)
    assert task.title == "No more messages by e-mail: the customer asked for it"
