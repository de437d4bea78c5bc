"""Whom a text mentions: `@username`, as people write it."""

import re

MENTION = re.compile(r"(?<![\w.@+-])@([A-Za-z0-9](?:[\w.-]{0,62}\w)?)")


def mentioned(text: str) -> list[str]:
    """User names that a text mentions, lower case, each once, in order; e-mail addresses are none.

    A full stop at the end of a sentence does not belong to the name.
    """
    return list(dict.fromkeys(name.lower() for name in MENTION.findall(text)))
