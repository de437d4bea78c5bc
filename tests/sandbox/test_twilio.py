"""The Twilio stand-in, asked by Twilio's SDK and held against Twilio's published schema."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import uuid4

import httpx2
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from sandbox.twilio.parameters import CHECKS
from tests.sandbox.running import Receiver, Sandbox, eventually

SCHEMA_FILE = Path(__file__).parents[2] / ".." / "shared" / "twilio" / "messages.openapi.json"
LIST_PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
NOT_OFFERED = {"ApplicationSid", "ScheduleType", "SendAt", "FallbackFrom"} | {
    "ContentSid",
    "ContentVariables",
}


@pytest.fixture(scope="module")
def openapi() -> dict[str, object]:
    if not SCHEMA_FILE.exists():
        pytest.skip("Twilio's published schema lies outside this repository and is absent")
    document: dict[str, object] = json.loads(SCHEMA_FILE.read_text())
    return document


def number() -> str:
    return f"+8490{uuid4().int % 10**7:07d}7"


def closed(schema: object) -> object:
    """An OpenAPI 3.0 schema as JSON Schema that allows no further properties."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: closed(value) for key, value in schema.items() if key != "nullable"}
    if "properties" in plain:
        plain["additionalProperties"] = False
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def assert_shape(openapi: dict[str, object], schema: dict[str, object], answer: object) -> None:
    whole = {"components": closed(openapi["components"]), **dict(closed(schema).items())}  # type: ignore[attr-defined]  # an object stays one
    Draft202012Validator(whole).validate(answer)


def raw(sandbox: Sandbox, path: str) -> httpx2.Response:
    settings = sandbox.settings
    auth = (settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value())
    url = f"{sandbox.url}/twilio/2010-04-01/Accounts/{settings.twilio_account_sid}{path}"
    return httpx2.get(url, auth=auth)


def post(sandbox: Sandbox, form: dict[str, object]) -> httpx2.Response:
    settings = sandbox.settings
    auth = (settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value())
    url = f"{sandbox.url}/twilio/2010-04-01/Accounts/{auth[0]}/Messages.json"
    return httpx2.post(url, data=form, auth=auth)


@pytest.mark.parametrize("ending", ["7", "0000"])
def test_a_message_has_the_published_shape(
    sandbox: Sandbox, openapi: dict[str, object], ending: str
) -> None:
    to = number() + ending if ending == "7" else f"+84901{ending}"
    schemas = openapi["components"]["schemas"]  # type: ignore[index]  # a document of objects
    schema = schemas["api.v2010.account.message"]
    sender = sandbox.settings.twilio_sms_from
    created = post(sandbox, {"To": to, "From": sender, "Body": "Xin chào"})
    assert created.status_code == 201
    assert_shape(openapi, schema, created.json())
    assert set(created.json()) == set(schema["properties"])
    sid = created.json()["sid"]
    end = "undelivered" if ending == "0000" else "delivered"
    eventually(lambda: raw(sandbox, f"/Messages/{sid}.json").json()["status"] == end)
    assert_shape(openapi, schema, raw(sandbox, f"/Messages/{sid}.json").json())


def test_a_page_of_messages_has_the_published_shape(
    sandbox: Sandbox, openapi: dict[str, object]
) -> None:
    sandbox.send_text()
    sandbox.send_text()
    listing = openapi["paths"][LIST_PATH]["get"]  # type: ignore[index]  # a document of objects
    schema = listing["responses"]["200"]["content"]["application/json"]["schema"]
    answer = raw(sandbox, "/Messages.json?PageSize=1").json()
    assert_shape(openapi, schema, answer)
    assert answer["next_page_uri"].startswith("/2010-04-01/Accounts/")


def test_every_parameter_is_a_documented_one(openapi: dict[str, object]) -> None:
    posting = openapi["paths"][LIST_PATH]["post"]  # type: ignore[index]  # a document of objects
    body = posting["requestBody"]["content"]["application/x-www-form-urlencoded"]
    assert set(CHECKS) == set(body["schema"]["properties"]) - NOT_OFFERED


def test_a_message_goes_from_queued_to_delivered(sandbox: Sandbox) -> None:
    to = f"whatsapp:{number()}"
    client = sandbox.twilio()
    sender = sandbox.settings.twilio_whatsapp_from
    message = client.messages.create(to=to, from_=sender, body="Your guide is Lan.")
    assert (message.status, message.to, message.error_code) == ("queued", to, None)
    eventually(lambda: client.messages(message.sid).fetch().status == "delivered")
    fetched = client.messages(message.sid).fetch()
    assert fetched.date_sent is not None
    assert datetime.now(UTC) - fetched.date_created < timedelta(minutes=1)


def test_a_number_ending_in_0000_is_not_reached(sandbox: Sandbox) -> None:
    client = sandbox.twilio()
    sid = sandbox.send_text(to="+84901230000")
    eventually(lambda: client.messages(sid).fetch().status == "undelivered")
    assert client.messages(sid).fetch().error_code == 30005


def test_a_list_is_filtered_and_paged(sandbox: Sandbox) -> None:
    to = number()
    sent = [sandbox.send_text(to=to, body=f"{i}") for i in range(5)]
    sandbox.send_text(
        to=f"whatsapp:{to}", from_=sandbox.settings.twilio_whatsapp_from, body="elsewhere"
    )
    messages = sandbox.twilio().messages
    assert [each.sid for each in messages.list(to=to, page_size=2)] == sent[::-1]
    assert [each.sid for each in messages.list(to=to, limit=3)] == sent[:1:-1]
    sender = sandbox.settings.twilio_sms_from
    assert len(messages.list(to=to, from_=sender)) == 5
    assert messages.list(to=to, from_=sender[:-1]) == []


def test_a_list_is_filtered_by_time(sandbox: Sandbox) -> None:
    to = number()
    sandbox.send_text(to=to)
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    messages = sandbox.twilio().messages
    assert len(messages.list(to=to, date_sent_after=now - hour)) == 1
    assert messages.list(to=to, date_sent_after=now + hour) == []
    assert len(messages.list(to=to, date_sent_before=now + hour)) == 1
    assert messages.list(to=to, date_sent_before=now - hour) == []
    assert len(messages.list(to=to, date_sent_after=date.fromisoformat("2020-01-01"))) == 1
    assert messages.list(to=to, date_sent=date.fromisoformat("2020-01-01")) == []
    assert raw(sandbox, "/Messages.json?DateSent=yesterday").json()["code"] == 20001


REFUSED = [
    ({"to": ""}, 21604),
    ({"to": "0901234567"}, 21211),
    ({"to": "whatsapp:+84901234567"}, 21910),
    ({"from_": ""}, 21603),
    ({"from_": "Sandbox"}, 21212),
    ({"from_": "+15005550001"}, 21606),
    ({"to": "whatsapp:+84901234567", "from_": "whatsapp:+15005550001"}, 63007),
    ({"body": ""}, 21602),
    ({"body": "x" * 1601}, 21617),
    ({"status_callback": "ftp://home.example"}, 21609),
    ({"media_url": ["nowhere"]}, 21620),
    ({"schedule_type": "fixed"}, 20001),
    ({"content_sid": "HX" + "0" * 32}, 20001),
]


@pytest.mark.parametrize(("fields", "code"), REFUSED)
def test_what_twilio_refuses_is_refused(
    sandbox: Sandbox, fields: dict[str, object], code: int
) -> None:
    before = len(sandbox.mailbox(limit="500"))
    with pytest.raises(TwilioRestException) as refusal:
        sandbox.send_text(**fields)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert len(sandbox.mailbox(limit="500")) == before


def test_unknown_and_repeated_parameters_are_refused(sandbox: Sandbox) -> None:
    form: dict[str, object] = {
        "To": "+84901234567",
        "From": sandbox.settings.twilio_sms_from,
        "Body": "Hello",
    }
    unknown = post(sandbox, form | {"Bodi": "x"}).json()
    assert (unknown["code"], unknown["status"]) == (20001, 400)
    assert set(unknown) == {"code", "message", "more_info", "status"}
    assert post(sandbox, form | {"Body": ["a", "b"]}).json()["code"] == 20001
    assert raw(sandbox, "/Messages.json?Status=sent").json()["code"] == 20001
    assert raw(sandbox, "/Messages.json?PageSize=many").json()["code"] == 20001


def test_media_and_length_are_counted(sandbox: Sandbox) -> None:
    client = sandbox.twilio()
    sent = sandbox.send_text(media_url=["https://home.example/map.png"], body="")
    assert sent.startswith("MM")
    assert client.messages(sent).fetch().num_media == "1"
    long = sandbox.send_text(body="x" * 161)
    assert client.messages(long).fetch().num_segments == "2"
    vietnamese = sandbox.send_text(body="ạ" * 71)
    assert client.messages(vietnamese).fetch().num_segments == "2"


def test_only_the_accounts_token_opens(sandbox: Sandbox) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        sandbox.twilio("another").messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (401, 20003)
    url = f"{sandbox.url}/twilio/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    assert httpx2.get(url).json()["code"] == 20003
    assert httpx2.get(url, headers={"Authorization": "Basic ?"}).json()["code"] == 20003
    settings = sandbox.settings
    auth = (settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value())
    assert httpx2.get(url, auth=auth).json()["code"] == 20404


def test_what_is_not_there_is_refused_in_twilios_shape(sandbox: Sandbox) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        sandbox.twilio().messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)
    mail = sandbox.send_mail()
    assert raw(sandbox, f"/Messages/{mail}.json").json()["code"] == 20404
    assert raw(sandbox, "/Calls.json").json()["code"] == 20404


@pytest.mark.parametrize(("to", "end"), [("+84901234567", "delivered"), ("+849000000", "")])
def test_status_callbacks_are_signed_and_in_order(
    watched: Sandbox, receiver: Receiver, to: str, end: str
) -> None:
    callback = f"{receiver.url}/webhooks/twilio?message_id=m1"
    sid = watched.send_text(to=to, status_callback=callback)
    received = receiver.wait_for(3)
    validator = RequestValidator(watched.settings.twilio_auth_token.get_secret_value())
    statuses = []
    for webhook in received:
        form = dict(parse_qsl(webhook.body.decode(), keep_blank_values=True))
        signature = webhook.headers["X-Twilio-Signature"]
        assert webhook.url == callback
        assert validator.validate(callback, form, signature)
        assert not validator.validate(callback, form | {"To": "+1"}, signature)
        assert (form["MessageSid"], form["To"]) == (sid, to)
        statuses.append((form["MessageStatus"], form.get("ErrorCode", "")))
    last = (end, "") if end else ("undelivered", "30005")
    assert statuses == [("queued", ""), ("sent", ""), last]


def test_a_status_callback_is_repeated_until_it_is_taken(
    watched: Sandbox, receiver: Receiver
) -> None:
    receiver.statuses = [503]
    watched.send_text(status_callback=f"{receiver.url}/webhooks/twilio")
    bodies = [webhook.body for webhook in receiver.wait_for(4)]
    assert len(set(bodies)) == 3
