"""Postmark's webhooks: authenticated, complete, and repeated until they are taken."""

import base64
import json

from tests.sandbox.running import Receiver, Sandbox, eventually


def test_a_delivery_is_told_with_user_password_and_metadata(
    watched: Sandbox, receiver: Receiver
) -> None:
    sent = watched.send_mail(Tag="quote_sent", Metadata={"message_id": "m1"})
    webhook = receiver.wait_for(1)[0]
    facts = json.loads(webhook.body)
    password = watched.settings.postmark_webhook_password.get_secret_value()
    expected = base64.b64encode(f"postmark:{password}".encode()).decode()
    assert webhook.url == f"{receiver.url}/webhooks/postmark"
    assert webhook.headers["Authorization"] == f"Basic {expected}"
    assert (facts["RecordType"], facts["MessageID"]) == ("Delivery", sent)
    assert (facts["Recipient"], facts["Tag"]) == ("anna@home.example", "quote_sent")
    assert facts["Metadata"] == {"message_id": "m1"}


def test_a_bounce_is_told_once_for_each_address(watched: Sandbox, receiver: Receiver) -> None:
    watched.send_mail(To="a@bounce.example, b@home.example")
    facts = [json.loads(webhook.body) for webhook in receiver.wait_for(2)]
    bounce = next(each for each in facts if each["RecordType"] == "Bounce")
    assert (bounce["Email"], bounce["Type"]) == ("a@bounce.example", "HardBounce")
    assert (bounce["TypeCode"], bounce["Inactive"]) == (1, True)
    delivery = next(each for each in facts if each["RecordType"] == "Delivery")
    assert delivery["Recipient"] == "b@home.example"


def test_a_webhook_is_repeated_until_it_is_taken_and_then_no_more(
    watched: Sandbox, receiver: Receiver
) -> None:
    receiver.statuses = [500, 403, 302]
    sent = watched.send_mail()
    received = receiver.wait_for(4)
    assert len({webhook.body for webhook in received}) == 1
    page = f"/mailbox/mail/{sent}"
    eventually(lambda: "taken after 4 attempts" in watched.get(page).text)
    watched.send_mail(To="another@home.example")
    receiver.wait_for(5)
    assert json.loads(receiver.received[4].body)["Recipient"] == "another@home.example"
