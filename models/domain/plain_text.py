"""Text from outside made safe to keep and to show: plain, of bounded length, without tricks."""

import re
import unicodedata
from html.parser import HTMLParser

UNSEEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
"""Marks that turn the direction of text around: with them a name looks like another."""
SILENT = frozenset({"script", "style", "title", "template", "svg", "noscript"})
BREAKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul"}
)
BLANKS = re.compile(r"[^\S\n]+")
GAPS = re.compile(r"\n{3,}")


def one_line(text: str, most: int) -> str:
    """A name or subject on one line, at most `most` characters."""
    kept = "".join(" " if _control(char) else char for char in _whole(text) if char not in UNSEEN)
    return " ".join(kept.split())[:most]


def lines(text: str, most: int) -> tuple[str, bool]:
    """A text with its lines, at most `most` characters, and whether it was cut."""
    whole = _whole(text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in whole if char in "\n\t" or not _control(char)).strip()
    return kept[:most], len(kept) > most


def text_of_html(html: str) -> str:
    """What a person reads of an HTML page; nothing of it is ever shown as HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = BLANKS.sub(" ", "".join(reader.parts).replace("\xa0", " "))
    return GAPS.sub("\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


class _Reader(HTMLParser):
    """Collects the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins on a line of its own."""
        del attrs
        if tag in SILENT:
            self._silent.append(tag)
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """What was silent ends with its tag."""
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Text counts where it can be seen."""
        if not self._silent:
            self.parts.append(" ".join(data.split("\n")))


def _whole(text: str) -> str:
    """The text without halves of characters, which no database takes."""
    return text.encode("utf-8", "replace").decode()


def _control(char: str) -> bool:
    return unicodedata.category(char) == "Cc"
