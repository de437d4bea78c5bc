"""Which thread a message answers, who wrote it, and what of it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.plain_text import lines, one_line, text_of_html
from models.domain.threads import (
    InboundKind,
    answered_ids,
    first_token,
    is_spam,
    kind_of_mail,
    reply_address,
    reply_token,
    wants_silence,
)

OWN = frozenset({"trips@asiatravelplan.example", "@reply.asiatravelplan.example"})
IDS = st.text(st.characters(codec="ascii", exclude_characters="\n"), max_size=60)


@given(IDS, IDS)
def test_a_token_belongs_to_one_booking_and_one_secret(booking: str, other: str) -> None:
    token = reply_token("secret", booking)
    assert token == reply_token("secret", booking)
    assert (token == reply_token("secret", other)) == (booking == other)
    assert token != reply_token("another", booking)


@given(IDS)
def test_a_reply_address_leads_back_to_its_token_in_any_case(booking: str) -> None:
    token = reply_token("secret", booking)
    address = reply_address(token, "reply.asiatravelplan.example")
    assert len(address.partition("@")[0]) <= 64
    assert first_token([], [address.upper()]) == token
    assert first_token([token.upper()], []) == token


@pytest.mark.parametrize(
    "address",
    [
        "reply@in.example",
        "reply+@in.example",
        "reply+short@in.example",
        f"other+{'a' * 32}@in.example",
        f"reply+{'a' * 33}@in.example",
        f"reply+{'1' * 32}@in.example",
        "",
    ],
)
def test_what_is_no_reply_address_has_no_token(address: str) -> None:
    assert first_token([""], [address]) is None


def test_what_a_mail_answers_is_told_by_its_headers_the_direct_one_first() -> None:
    headers = [
        ("References", "<one@mtasv.net> <strange@gmail.com>\n <two@mtasv.net>"),
        ("in-reply-to", "<two@eu.mtasv.net>"),
        ("Subject", "<three@mtasv.net>"),
    ]
    assert answered_ids(headers) == ("two", "one")
    assert answered_ids([("References", "<x@evilmtasv.net>")]) == ()


@given(st.lists(st.tuples(st.sampled_from(["References", "In-Reply-To"]), st.text())))
def test_no_header_breaks_the_reading(headers: list[tuple[str, str]]) -> None:
    assert len(answered_ids(headers)) <= 30
    assert kind_of_mail(headers, "a@b.example", OWN) is InboundKind.PERSON


@pytest.mark.parametrize(
    ("headers", "sender", "kind"),
    [
        ([], "anna@home.example", InboundKind.PERSON),
        ([("Auto-Submitted", "no")], "anna@home.example", InboundKind.PERSON),
        ([("AUTO-SUBMITTED", "auto-replied; owner")], "a@b.example", InboundKind.AUTO_REPLY),
        ([("X-Autoreply", "yes")], "a@b.example", InboundKind.AUTO_REPLY),
        ([("X-Autorespond", "Re: Hello")], "a@b.example", InboundKind.AUTO_REPLY),
        ([("Precedence", "auto_reply")], "a@b.example", InboundKind.AUTO_REPLY),
        ([("Auto-Submitted", "auto-generated")], "a@b.example", InboundKind.MACHINE),
        ([("Precedence", "Bulk")], "a@b.example", InboundKind.MACHINE),
        ([("List-Id", "<news.b.example>")], "a@b.example", InboundKind.MACHINE),
        ([], "MAILER-DAEMON@b.example", InboundKind.BOUNCE),
        ([("X-Failed-Recipients", "x@y.example")], "a@b.example", InboundKind.BOUNCE),
        (
            [("Content-Type", 'multipart/report; report-type="x"; report-type=delivery-status')],
            "a@b.example",
            InboundKind.BOUNCE,
        ),
        ([], "Trips@AsiaTravelPlan.example", InboundKind.OWN),
        ([], "reply+x@reply.asiatravelplan.example", InboundKind.OWN),
    ],
)
def test_the_headers_tell_who_wrote(
    headers: list[tuple[str, str]], sender: str, kind: InboundKind
) -> None:
    assert kind_of_mail(headers, sender, OWN) is kind


@pytest.mark.parametrize(
    ("text", "silence"),
    [
        ("STOP", True),
        (" Stop! ", True),
        ("Unsubscribe.", True),
        ("stop  all", True),
        ("Hủy đăng ký", True),
        ("Please do not stop", False),
        ("Stop in Hué for two nights", False),
        ("cancel", False),
        ("", False),
    ],
)
def test_only_the_bare_word_asks_for_silence(text: str, *, silence: bool) -> None:
    assert wants_silence(text) is silence


def test_the_providers_filter_is_believed() -> None:
    assert is_spam([("X-Spam-Status", "Yes, score=9.1")])
    assert not is_spam([("X-Spam-Status", "No, score=0.1"), ("X-Spam-Score", "Yes")])


@given(st.text(), st.integers(1, 50))
def test_kept_text_is_bounded_and_has_no_control_characters(text: str, most: int) -> None:
    line = one_line(text, most)
    kept, cut = lines(text, most)
    assert len(line) <= most
    assert len(kept) <= most
    assert "\n" not in line
    assert not {"\x00", "\r", "\x1b"} & set(line + kept)
    assert cut or len(kept) <= len(text)


def test_a_name_can_not_be_turned_around_and_half_a_character_is_no_fault() -> None:
    assert one_line("invoice\u202efdp.exe", 100) == "invoicefdp.exe"
    assert one_line("a\ud800b", 10) == "a?b"
    assert lines("x\r\ny\rz\x00", 10) == ("x\ny\nz", False)


def test_html_is_read_as_its_text() -> None:
    html = (
        "<html><head><title>T</title><style>p {color: red}</style></head><body>"
        "<script>alert(1)</script><p>Hello&nbsp;<b>there</b>,</p><div>two &lt;b&gt;<br>lines</div>"
        "<svg><title>x</svg> end</body></html>"
    )
    assert text_of_html(html) == "Hello there,\n\ntwo <b>\nlines\nend"


@given(st.text())
def test_no_html_breaks_the_reader(html: str) -> None:
    assert isinstance(text_of_html(html), str)
