"""The mailbox: its JSON for scripts and its pages for people."""

import base64
from urllib.parse import quote
from uuid import uuid4

import httpx2
import pytest
from bs4 import BeautifulSoup

from tests.sandbox.running import Sandbox, eventually

LINK = "http://127.0.0.1:8080/quote/abc?x=1&y=2"


def soup(response: httpx2.Response) -> BeautifulSoup:
    assert response.status_code == 200, response.text
    return BeautifulSoup(response.text, "html.parser")


def test_the_json_shows_a_mail_as_it_was_sent(sandbox: Sandbox) -> None:
    to = f"{uuid4().hex}@home.example"
    content = base64.b64encode(b"abc").decode()
    file = {"Name": "quote.pdf", "Content": content, "ContentType": "application/pdf"}
    html = f'<a href="{LINK.replace("&", "&amp;")}">Quote</a>'
    sent = sandbox.send_mail(
        To=f"Anna <{to}>",
        Subject="Your quote",
        TextBody=f"See {LINK}.",
        HtmlBody=html,
        Tag="quote_sent",
        Metadata={"message_id": "m1"},
        Attachments=[file],
    )
    (shown,) = sandbox.mailbox(to=to)
    assert (shown["id"], shown["kind"], shown["to"]) == (sent, "email", f"Anna <{to}>")
    assert (shown["subject"], shown["tag"]) == ("Your quote", "quote_sent")
    assert (shown["text"], shown["html"]) == (f"See {LINK}.", html)
    assert (shown["metadata"], shown["links"]) == ({"message_id": "m1"}, [LINK])
    url = f"/mailbox/mail/{sent}/files/0"
    assert shown["attachments"] == [
        {"name": "quote.pdf", "content_type": "application/pdf", "size": 3, "url": url}
    ]
    assert str(shown["sent_at"]).endswith("Z")
    assert sandbox.get(url).content == b"abc"


def test_the_json_is_filtered(sandbox: Sandbox) -> None:
    tag, phone = uuid4().hex, f"+8491{uuid4().int % 10**8:08d}"
    first = sandbox.send_mail(Tag=tag, Metadata={"message_id": tag})
    second = sandbox.send_mail(Tag=tag)
    text = sandbox.send_text(to=phone)
    assert [each["id"] for each in sandbox.mailbox(tag=tag)] == [second, first]
    assert [each["id"] for each in sandbox.mailbox(metadata_message_id=tag)] == [first]
    assert [each["id"] for each in sandbox.mailbox(tag=tag, after=first)] == [second]
    assert [each["id"] for each in sandbox.mailbox(tag=tag, before=second)] == [first]
    assert [each["id"] for each in sandbox.mailbox(to=phone)] == [text]
    assert [each["id"] for each in sandbox.mailbox(to=f"whatsapp:{phone}")] == [text]
    assert sandbox.mailbox(to=phone, kind="email") == []
    assert sandbox.mailbox(tag=tag, after="2999-01-01T00:00:00Z") == []
    assert len(sandbox.mailbox(tag=tag, after="2020-01-01T00:00:00+07:00")) == 2


def test_the_json_is_paged_by_links(sandbox: Sandbox) -> None:
    tag = uuid4().hex
    sent = [sandbox.send_mail(Tag=tag) for _ in range(5)]
    path, seen = f"/mailbox/api/messages?tag={tag}&limit=2", []
    while path:
        response = sandbox.get(path)
        seen += [each["id"] for each in response.json()]
        path = response.links["next"]["url"] if "next" in response.links else ""
    assert seen == sent[::-1]


def test_a_plus_may_stand_in_a_query_as_it_is(sandbox: Sandbox) -> None:
    phone = f"+8493{uuid4().int % 10**8:08d}"
    text = sandbox.send_text(to=phone)
    moment = "2020-01-01T00:00:00+07:00"
    for query in (f"to={phone}", f"to=whatsapp:{phone}", f"to={phone}&after={moment}"):
        found = sandbox.get(f"/mailbox/api/messages?{query}").json()
        assert [each["id"] for each in found] == [text]
    assert text in sandbox.get(f"/mailbox?to={phone}").text


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        "after=unknown",
        "before=unknown",
        "recipient=a",
        "after=2026-01-01T00:00:00",
    ],
)
def test_an_unclear_question_is_refused(sandbox: Sandbox, query: str) -> None:
    response = sandbox.get(f"/mailbox/api/messages?{query}")
    assert response.status_code == 400
    assert response.json()["error"].endswith(".")


def test_the_list_shows_the_newest_first_and_filters(sandbox: Sandbox) -> None:
    name = uuid4().hex
    older = sandbox.send_mail(To=f"{name}@home.example", Subject="First")
    newer = sandbox.send_mail(To=f"{name}@bounce.example", Subject="Second")
    page = f"/mailbox?to={name}"
    eventually(
        lambda: "bounced" in sandbox.get(page).text and "delivered" in sandbox.get(page).text
    )
    rows = soup(sandbox.get(page)).select(".letter")
    assert [row.select_one("a")["href"] for row in rows] == [  # type: ignore[index]  # each has one
        f"/mailbox/mail/{newer}",
        f"/mailbox/mail/{older}",
    ]
    assert [row.select_one(".state").text.strip() for row in rows] == [  # type: ignore[union-attr]  # each has one
        "bounced",
        "delivered",
    ]
    assert "Nothing was sent to an address" in sandbox.get("/mailbox?to=nobody-else").text


def test_the_list_is_paged(sandbox: Sandbox) -> None:
    to = f"{uuid4().hex}@home.example"
    sent = [sandbox.send_mail(To=to) for _ in range(52)]
    first = soup(sandbox.get(f"/mailbox?to={to}"))
    older = next(link["href"] for link in first.select("a.button") if link.text == "Older")
    second = soup(sandbox.get(str(older))).select(".letter a")
    assert len(first.select(".letter")) == 50
    assert [link["href"] for link in second] == [f"/mailbox/mail/{i}" for i in (sent[1], sent[0])]


def test_a_hostile_mail_stays_inside_its_frame(sandbox: Sandbox) -> None:
    script = "<script>alert(1)</script>"
    body = f"<html><head><title>x</title></head><body>{script}<p>Hello</p></body></html>"
    sent = sandbox.send_mail(Subject=script, HtmlBody=body, TextBody=script, Tag=script)
    response = sandbox.get(f"/mailbox/mail/{sent}")
    page = soup(response)
    frame = page.select_one("iframe")
    assert frame is not None
    assert "allow-scripts" not in str(frame["sandbox"])
    assert [each.get("src") for each in page.select("script")] == []
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    framed = sandbox.get(str(frame["src"]))
    policy = framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups" in policy
    assert framed.text == body.replace("<head>", '<head><base target="_blank">')


def test_a_mail_page_shows_all_that_is_known(sandbox: Sandbox) -> None:
    sent = sandbox.send_mail(
        Cc="ben@home.example",
        ReplyTo="trips@asiatravelplan.example",
        Subject="Xin chào",
        TextBody=f"See {LINK}",
        HtmlBody='<img src="cid:map">',
        Headers={"X-Trip": "42"},
        Metadata={"message_id": "m9"},
        Attachments=[
            {
                "Name": "map.png",
                "Content": "AAAA",
                "ContentType": "image/png",
                "ContentID": "cid:map",
            }
        ],
    )
    text = sandbox.get(f"/mailbox/mail/{sent}").text
    for fact in ("Xin chào", "ben@home.example", "X-Trip", "m9", "map.png", "Reply to"):
        assert fact in text
    assert f"/mailbox/mail/{sent}/files/0" in sandbox.get(f"/mailbox/mail/{sent}/body").text
    assert "Subject: Xin =?utf-8?" in sandbox.get(f"/mailbox/mail/{sent}/source").text


def test_a_phone_shows_its_messages_oldest_first(sandbox: Sandbox) -> None:
    phone = f"+8492{uuid4().int % 10**8:08d}"
    whatsapp = sandbox.settings.twilio_whatsapp_from
    sandbox.send_text(to=phone, body=f"Your quote: {LINK}")
    sandbox.send_text(to=f"whatsapp:{phone}", from_=whatsapp, body="Welcome to Hà Nội <b>!</b>")
    page = soup(sandbox.get(f"/mailbox/phone/{quote(phone)}"))
    bubbles = page.select(".bubble")
    assert [bubble["class"] for bubble in bubbles] == [["bubble", "sms"], ["bubble", "whatsapp"]]
    assert "Welcome to Hà Nội <b>!</b>" in bubbles[1].text
    assert bubbles[0].select_one("a")["href"] == LINK  # type: ignore[index]  # it has one
    assert "no message yet" in sandbox.get("/mailbox/phone/+84900000001").text


def test_what_is_not_there_says_so(sandbox: Sandbox) -> None:
    for path in ("/mailbox/mail/unknown", "/mailbox/mail/unknown/body", "/mailbox/nowhere"):
        response = sandbox.get(path)
        assert response.status_code == 404
        assert "There is nothing at this address" in response.text
    sent = sandbox.send_mail()
    assert sandbox.get(f"/mailbox/mail/{sent}/files/0").status_code == 404
    assert sandbox.get("/mailbox/api/nowhere").json()["error"]


@pytest.mark.parametrize("path", ["/", "/mailbox", "/mailbox/phone/+84901234567", "/nowhere"])
def test_every_page_forbids_inline_scripts_and_styles(sandbox: Sandbox, path: str) -> None:
    response = sandbox.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    page = BeautifulSoup(response.text, "html.parser")
    assert not page.select("[style], style, script:not([src])")
    assert page.select_one("h1") is not None
    assert page.select_one("html")["lang"] == "en"  # type: ignore[index]  # it has one
