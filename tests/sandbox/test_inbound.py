"""Customers answer: mails and texts reach the inbound webhooks as the providers send them."""

import base64
import json
from urllib.parse import parse_qsl, quote

import httpx2
import pytest
from bs4 import BeautifulSoup
from twilio.request_validator import RequestValidator

from tests.sandbox.running import Received, Receiver, Sandbox, eventually

MAIL = {"from": "Anna Sommer <anna@home.example>", "to": "reply+abc@reply.example", "text": "Hi"}


def inbound(receiver: Receiver, path: str) -> Received:
    """The first webhook at a path, once it came."""
    return eventually(
        lambda: next((one for one in receiver.received if one.url.endswith(path)), None)
    )  # type: ignore[return-value]  # it waits until there is one


def test_a_mail_is_handed_over_with_user_password_and_the_published_fields(
    watched: Sandbox, receiver: Receiver
) -> None:
    file = {"name": "pass.pdf", "content_type": "application/pdf", "content": "AAAA"}
    told = httpx2.post(
        f"{watched.url}/postmark/_sandbox/inbound", json=MAIL | {"attachments": [file]}
    )
    webhook = inbound(receiver, "/webhooks/postmark/inbound")
    facts = json.loads(webhook.body)
    password = watched.settings.postmark_webhook_password.get_secret_value()
    expected = base64.b64encode(f"postmark:{password}".encode()).decode()
    assert webhook.headers["Authorization"] == f"Basic {expected}"
    assert facts["MessageID"] == told.json()["MessageID"]
    assert facts["FromFull"] == {
        "Email": "anna@home.example",
        "Name": "Anna Sommer",
        "MailboxHash": "",
    }
    assert (facts["MailboxHash"], facts["TextBody"]) == ("abc", "Hi")
    assert facts["OriginalRecipient"] == "reply+abc@reply.example"
    assert facts["Attachments"][0]["ContentLength"] == 3


def test_a_customer_answers_a_mail_from_the_mailbox(watched: Sandbox, receiver: Receiver) -> None:
    sent = watched.send_mail(
        To="Ánna <anna@home.example>",
        ReplyTo="reply+token@reply.example",
        Subject="Your quote",
        TextBody="Dear Anna,\nhere it is.",
    )
    page = f"{watched.url}/mailbox/mail/{sent}"
    form = BeautifulSoup(httpx2.get(page).text, "html.parser").select_one("form")
    assert form is not None
    assert form["action"] == f"/mailbox/mail/{sent}/reply"
    answer = httpx2.post(f"{page}/reply", data={"text": "Yes!\r\nPlease."}, follow_redirects=True)
    assert "The reply is on its way" in answer.text
    facts = json.loads(inbound(receiver, "/postmark/inbound").body)
    headers = {header["Name"]: header["Value"] for header in facts["Headers"]}
    assert (facts["FromName"], facts["From"]) == ("Ánna", "anna@home.example")
    assert (facts["MailboxHash"], facts["Subject"]) == ("token", "Re: Your quote")
    assert facts["StrippedTextReply"] == "Yes!\nPlease."
    assert "> here it is." in facts["TextBody"]
    assert headers["In-Reply-To"] == f"<{sent}@mtasv.net>"
    assert "Auto-Submitted" not in headers
    eventually(lambda: "taken after 1 attempt" in httpx2.get(page).text)


def test_an_automatic_answer_says_that_it_is_one(watched: Sandbox, receiver: Receiver) -> None:
    sent = watched.send_mail()
    httpx2.post(
        f"{watched.url}/mailbox/mail/{sent}/reply", data={"text": "Away", "automatic": "yes"}
    )
    facts = json.loads(inbound(receiver, "/postmark/inbound").body)
    headers = {header["Name"]: header["Value"] for header in facts["Headers"]}
    assert headers["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    ("kind", "sender"), [("whatsapp", "whatsapp:+84901234567"), ("sms", "+84901234567")]
)
def test_a_phone_writes_and_twilio_signs(
    watched: Sandbox, receiver: Receiver, kind: str, sender: str
) -> None:
    page = f"{watched.url}/mailbox/phone/{quote('+84901234567')}"
    answer = httpx2.post(
        f"{page}/reply", data={"text": "Chào bạn", "kind": kind}, follow_redirects=True
    )
    assert "The text is on its way" in answer.text
    webhook = inbound(receiver, "/webhooks/twilio/inbound")
    fields = dict(parse_qsl(webhook.body.decode(), keep_blank_values=True))
    token = watched.settings.twilio_auth_token.get_secret_value()
    assert RequestValidator(token).validate(
        webhook.url, fields, webhook.headers["X-Twilio-Signature"]
    )
    assert (fields["From"], fields["Body"], fields["NumMedia"]) == (sender, "Chào bạn", "0")
    assert ("WaId" in fields) == (kind == "whatsapp")


def test_a_script_sends_a_text_with_pictures(watched: Sandbox, receiver: Receiver) -> None:
    text = {"from": "whatsapp:+84901234567", "name": "Mai", "media": ["image/jpeg"]}
    told = httpx2.post(f"{watched.url}/twilio/_sandbox/inbound", json=text)
    webhook = inbound(receiver, "/webhooks/twilio/inbound")
    fields = dict(parse_qsl(webhook.body.decode(), keep_blank_values=True))
    assert fields["MessageSid"] == told.json()["MessageSid"]
    assert (fields["NumMedia"], fields["MediaContentType0"]) == ("1", "image/jpeg")
    assert fields["ProfileName"] == "Mai"


def test_what_is_handed_over_is_repeated_until_it_is_taken(
    watched: Sandbox, receiver: Receiver
) -> None:
    receiver.statuses = [503, 500]
    httpx2.post(f"{watched.url}/postmark/_sandbox/inbound", json=MAIL)
    received = receiver.wait_for(3)
    assert len({webhook.body for webhook in received}) == 1


@pytest.mark.parametrize("provider", ["postmark", "twilio"])
@pytest.mark.parametrize("body", [b"no json", b"[]", b"{}", b'{"from": "a", "unknown": 1}'])
def test_what_is_no_message_is_refused(sandbox: Sandbox, provider: str, body: bytes) -> None:
    answer = httpx2.post(f"{sandbox.url}/{provider}/_sandbox/inbound", content=body)
    assert 400 <= answer.status_code < 500


def test_an_empty_or_unknown_reply_is_refused(sandbox: Sandbox) -> None:
    sent = sandbox.send_mail()
    answers = [
        httpx2.post(f"{sandbox.url}/mailbox/mail/{sent}/reply", data={"text": " "}),
        httpx2.post(f"{sandbox.url}/mailbox/mail/{sent}/reply", content=b"\xff"),
        httpx2.post(f"{sandbox.url}/mailbox/mail/unknown/reply", data={"text": "x"}),
        httpx2.post(f"{sandbox.url}/mailbox/phone/%2B84901234567/reply", data={"kind": "sms"}),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 404, 400]
