"""Finds texts in templates that are written out in English instead of through `_()`."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

SPOKEN_ATTRIBUTE = re.compile(
    r"\b(?:title|alt|placeholder|aria-label|data-label)=\"([^\"<>]*[A-Za-z]{2})"
)
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = frozenset(
    {
        "AsiaTravelPlan",
        "Asia",
        "Travel",
        "Plan",
        "Ctrl",
        "Alt",
        "Shift",
        "Del",
        "Enter",
        "Esc",
        "Page",
    }
)
"""What is not translated."""
HIDDEN = re.compile(r"^[a-z0-9_ .:#/?=&%*+~,-]*$")
"""Texts for machines: names of fields, classes, addresses."""


def bare_texts(templates: Path, folder: str) -> Iterator[str]:
    """Each as `file:line: text`; of what stands between tags, in attributes or is given to `ui`."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    for path in sorted((templates / folder).rglob("*.html")):
        source, name = path.read_text(), path.relative_to(templates).as_posix()
        found = [*_between_tags(environment, source), *_given_to_ui(environment, source)]
        yield from (f"{name}:{line}: {text!r} is not marked by _()" for line, text in found)


def _between_tags(environment: Environment, source: str) -> Iterator[tuple[int, str]]:
    """Words in the page's own text; an expression counts as a gap in it."""
    page, lines = "", []
    for line, kind, text in environment.lex(source):
        if kind == "data":
            page += text
            lines += [line + text[:at].count("\n") for at in range(len(text))]
        elif kind in {"variable_begin", "block_begin"}:
            page += "\0"
            lines.append(line)
    for attribute in SPOKEN_ATTRIBUTE.finditer(page):
        yield lines[attribute.start(1)], attribute[1]
    plain = re.sub(r'<(?:[^<>"]|"[^"]*")*>', lambda tag: " " * len(tag[0]), page)
    for word in WORD.finditer(plain):
        if word[0] not in NAMES:
            yield lines[word.start()], word[0]


def _given_to_ui(environment: Environment, source: str) -> Iterator[tuple[int, str]]:
    for call in environment.parse(source).find_all(nodes.Call):
        of = call.node.node if isinstance(call.node, nodes.Getattr) else None
        if isinstance(of, nodes.Name) and of.name == "ui":
            yield from _spoken(call)


def _spoken(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Constants that people would read, but for those inside of a call of `_()`."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Const) and isinstance(child.value, str):
            if not HIDDEN.match(child.value) and not child.value.isupper():
                yield child.lineno, child.value
        elif isinstance(child, nodes.Compare):
            continue
        elif not (isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name)):
            yield from _spoken(child)
