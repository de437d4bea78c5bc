"""The Postmark stand-in, asked by postmarker and by bare HTTP."""

import base64
import email
import email.policy
from uuid import uuid4

import httpx2
import pytest
from postmarker.exceptions import ClientError

from tests.sandbox.running import Sandbox, eventually

PDF = b"%PDF-1.7 \x00\xff quote"


def mail(sandbox: Sandbox, **fields: object) -> dict[str, object]:
    return {
        "From": sandbox.settings.mail_from,
        "To": "anna@home.example",
        "Subject": "Your quote",
        "TextBody": "Hello",
    } | fields


def post(sandbox: Sandbox, path: str, body: object, token: str = "") -> httpx2.Response:
    secret = token or sandbox.settings.postmark_server_token.get_secret_value()
    headers = {"X-Postmark-Server-Token": secret}
    return httpx2.post(f"{sandbox.url}/postmark{path}", json=body, headers=headers)


def search(sandbox: Sandbox, **filters: object) -> dict[str, object]:
    query = {"count": 50, "offset": 0} | filters
    found: dict[str, object] = sandbox.postmark().call("GET", "/messages/outbound", **query)
    return found


def ids(found: dict[str, object]) -> list[str]:
    messages = found["Messages"]
    assert isinstance(messages, list)
    return [message["MessageID"] for message in messages]


def test_a_mail_is_found_by_its_metadata_and_by_no_other(sandbox: Sandbox) -> None:
    wanted, other = uuid4().hex, uuid4().hex
    sent = sandbox.send_mail(Metadata={"message_id": wanted, "booking": "b1"})
    sandbox.send_mail(Metadata={"message_id": other, "booking": "b1"})
    assert ids(search(sandbox, metadata_message_id=wanted)) == [sent]
    assert ids(search(sandbox, metadata_message_id=wanted, metadata_booking="b1")) == [sent]
    assert ids(search(sandbox, metadata_message_id=wanted, metadata_booking="b2")) == []
    assert ids(search(sandbox, metadata_booking=wanted)) == []
    assert search(sandbox, metadata_message_id=uuid4().hex)["TotalCount"] == 0


def test_all_filters_must_hold(sandbox: Sandbox) -> None:
    tag, to = uuid4().hex, f"{uuid4().hex}@home.example"
    sent = sandbox.send_mail(Tag=tag, To=f"Anna <{to.upper()}>", Subject="Your Ha Long trip")
    sandbox.send_mail(Tag=tag, To="ben@home.example")
    assert ids(search(sandbox, tag=tag, recipient=to)) == [sent]
    assert ids(search(sandbox, tag=tag, recipient="@home.example")) == []
    sender = "trips@asiatravelplan.example"
    assert ids(search(sandbox, tag=tag, subject="ha long", fromemail=sender)) == [sent]
    assert ids(search(sandbox, tag=tag, fromemail="trips@")) == []
    assert ids(search(sandbox, tag=tag, recipient=to, messagestream="outbound")) == [sent]
    assert ids(search(sandbox, tag=tag, recipient=to, messagestream="broadcast")) == []
    assert ids(search(sandbox, tag=tag, recipient=to, todate="2020-01-01")) == []
    assert ids(search(sandbox, tag=tag, recipient=to, fromdate="2020-01-01")) == [sent]


def test_a_search_is_paged_newest_first(sandbox: Sandbox) -> None:
    tag = uuid4().hex
    sent = [sandbox.send_mail(Tag=tag) for _ in range(3)]
    first = search(sandbox, tag=tag, count=2)
    assert (ids(first), first["TotalCount"]) == ([sent[2], sent[1]], 3)
    assert ids(search(sandbox, tag=tag, count=2, offset=2)) == [sent[0]]
    listed = sandbox.postmark().messages.outbound.all(count=500, tag=tag)
    assert [message.MessageID for message in listed] == sent[::-1]


@pytest.mark.parametrize(
    "filters",
    [
        {"metadata": "x"},
        {"metadat_id": "x"},
        {"status": "lost"},
        {"count": 501},
        {"count": ""},
        {"offset": 9_999},
        {"fromdate": "yesterday"},
    ],
)
def test_an_unclear_search_is_refused_and_never_widened(
    sandbox: Sandbox, filters: dict[str, object]
) -> None:
    with pytest.raises(ClientError) as refusal:
        search(sandbox, **filters)
    assert refusal.value.error_code == 403


def test_count_and_offset_are_required(sandbox: Sandbox) -> None:
    with pytest.raises(ClientError, match="required"):
        sandbox.postmark().call("GET", "/messages/outbound", count=1)


def test_a_mail_is_queued_and_then_sent_with_its_event(sandbox: Sandbox) -> None:
    tag = uuid4().hex
    sent = sandbox.send_mail(Tag=tag, HtmlBody="<p>Xin chào</p>", Headers={"X-Trip": "42"})
    outbound = sandbox.postmark().messages.outbound
    eventually(lambda: outbound.get(sent).Status == "Sent")
    details = outbound.get(sent)
    assert (details.HtmlBody, details.TextBody, details.Tag) == ("<p>Xin chào</p>", "Hello", tag)
    assert [event["Type"] for event in details.MessageEvents] == ["Delivered"]
    assert ids(search(sandbox, tag=tag, status="queued")) == []
    assert ids(search(sandbox, tag=tag, status="sent")) == [sent]
    source = email.message_from_string(details.Body, policy=email.policy.SMTP)
    assert (source["X-Trip"], source["To"]) == ("42", "anna@home.example")


def test_an_attachment_arrives_byte_by_byte(sandbox: Sandbox) -> None:
    content = base64.b64encode(PDF).decode()
    file = {"Name": "Báo giá.pdf", "Content": content, "ContentType": "application/pdf"}
    sent = sandbox.send_mail(Attachments=[file])
    outbound = sandbox.postmark().messages.outbound
    assert outbound.get(sent).Attachments == ["Báo giá.pdf"]
    source = email.message_from_string(outbound.get_dump(sent), policy=email.policy.SMTP)
    assert isinstance(source, email.message.EmailMessage)
    assert [part.get_content() for part in source.iter_attachments()] == [PDF]
    saved = sandbox.get(f"/mailbox/mail/{sent}/files/0")
    assert (saved.content, saved.headers["Content-Type"]) == (PDF, "application/pdf")
    assert saved.headers["Content-Disposition"].startswith("attachment;")


REFUSED = [
    ({"TextBody": None}, 300),
    ({"To": ""}, 300),
    ({"To": None, "Cc": "a@b.example"}, 300),
    ({"To": "not an address"}, 300),
    ({"To": ", ".join(f"p{i}@b.example" for i in range(51))}, 300),
    ({"From": None}, 300),
    ({"From": "someone@else.example"}, 400),
    ({"ReplyTo": "nobody"}, 300),
    ({"Subject": "x" * 2001}, 300),
    ({"Tag": "x" * 1001}, 300),
    ({"MessageStream": "nowhere"}, 1235),
    ({"Metadata": {"n" * 21: "v"}}, 300),
    ({"Metadata": {"n": "v" * 81}}, 300),
    ({"Metadata": {f"n{i}": "v" for i in range(11)}}, 300),
    ({"Metadata": {"n": 1}}, 403),
    ({"TrackOpens": "yes"}, 403),
    ({"TrackLinks": "Some"}, 403),
    ({"Body": "unknown field"}, 403),
    ({"Headers": [{"Name": "X-Trip", "Worth": "1"}]}, 403),
    ({"Attachments": [{"Name": "a.pdf", "Content": "?", "ContentType": "a/b"}]}, 300),
    ({"Attachments": [{"Name": "a.EXE", "Content": "", "ContentType": "a/b"}]}, 411),
    ({"Attachments": [{"Name": "a.pdf", "Content": ""}]}, 403),
]


@pytest.mark.parametrize(("fields", "code"), REFUSED)
def test_what_postmark_refuses_is_refused(
    sandbox: Sandbox, fields: dict[str, object], code: int
) -> None:
    before = search(sandbox)["TotalCount"]
    response = post(sandbox, "/email", mail(sandbox, **fields))
    assert (response.status_code, response.json()["ErrorCode"]) == (422, code)
    assert set(response.json()) == {"ErrorCode", "Message"}
    assert search(sandbox)["TotalCount"] == before


def test_malformed_and_oversized_bodies_are_refused(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/postmark/email"
    token = sandbox.settings.postmark_server_token.get_secret_value()
    headers = {"X-Postmark-Server-Token": token, "Content-Type": "application/json"}
    malformed = httpx2.post(url, content=b"{", headers=headers)
    assert (malformed.status_code, malformed.json()["ErrorCode"]) == (422, 402)
    not_text = httpx2.post(url, content=b"\xff\xfe\xfa", headers=headers)
    assert (not_text.status_code, not_text.json()["ErrorCode"]) == (422, 402)
    form = httpx2.post(url, data={"To": "x"}, headers={"X-Postmark-Server-Token": token})
    assert form.status_code == 415
    large = post(sandbox, "/email", mail(sandbox, TextBody="x" * (11 << 20)))
    assert large.status_code == 413


def test_only_the_servers_token_opens(sandbox: Sandbox) -> None:
    with pytest.raises(ClientError) as refusal:
        sandbox.postmark("another").messages.outbound.all()
    assert refusal.value.error_code == 10
    bare = httpx2.post(f"{sandbox.url}/postmark/email", json=mail(sandbox))
    assert (bare.status_code, bare.json()["ErrorCode"]) == (401, 10)


def test_the_token_of_dry_runs_sends_nothing(sandbox: Sandbox) -> None:
    before = search(sandbox)["TotalCount"]
    response = post(sandbox, "/email", mail(sandbox), token="POSTMARK_API_TEST")
    assert response.json()["Message"] == "Test job accepted"
    assert search(sandbox)["TotalCount"] == before


def test_a_batch_gives_each_mail_an_outcome_of_its_own(sandbox: Sandbox) -> None:
    batch = [mail(sandbox), mail(sandbox, TextBody=""), mail(sandbox, To="ben@home.example")]
    outcomes = sandbox.postmark().call("POST", "/email/batch", data=batch)
    assert [outcome["ErrorCode"] for outcome in outcomes] == [0, 300, 0]
    many = post(sandbox, "/email/batch", [mail(sandbox)] * 501)
    assert (many.status_code, many.json()["ErrorCode"]) == (422, 410)
    assert post(sandbox, "/email/batch", {}).json()["ErrorCode"] == 403


@pytest.mark.parametrize("domain", ["bounce.example", "home.example"])
def test_after_a_hard_bounce_an_address_is_inactive(sandbox: Sandbox, domain: str) -> None:
    address = f"{uuid4().hex}.bounce@{domain}"
    sent = sandbox.send_mail(To=address)
    outbound = sandbox.postmark().messages.outbound
    events = eventually(lambda: outbound.get(sent).MessageEvents)
    assert [event["Type"] for event in events] == ["Bounced"]
    with pytest.raises(ClientError) as refusal:
        sandbox.send_mail(To=address)
    assert refusal.value.error_code == 406
    receipt = post(sandbox, "/email", mail(sandbox, Cc=address)).json()
    assert receipt["ErrorCode"] == 0
    assert address in receipt["Message"]
    assert outbound.get(receipt["MessageID"]).Recipients == ["anna@home.example"]
    dump = "/message-streams/outbound/suppressions/dump"
    listed = sandbox.postmark().call("GET", dump)["Suppressions"]
    assert address in [each["EmailAddress"] for each in listed]


def test_an_unknown_mail_or_address_is_refused_in_postmarks_shape(sandbox: Sandbox) -> None:
    with pytest.raises(ClientError) as refusal:
        sandbox.postmark().messages.outbound.get("unknown")
    assert refusal.value.error_code == 701
    assert sandbox.get("/postmark/templates").status_code == 404
    assert sandbox.get("/postmark/email").status_code == 405
