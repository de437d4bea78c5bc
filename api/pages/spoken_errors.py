"""Finds the sentences of refusals and problems in Python, which pages repeat to whoever asked."""

import ast
from collections.abc import Iterator
from pathlib import Path

TOLD_IN = ("Problem", "Kind")
"""Besides the classes whose names end in `Error`."""
TABLES = (
    *("HEADINGS", "NEXT_STEPS", "SENTENCES", "TO_START", "TO_OFFICE", "OTHER_HEADING"),
    *("REFUSED", "NOT_OPEN", "OTHER_VERSION", "CANCELLED"),
)
"""Constants whose texts are sentences."""


def spoken(path: Path) -> Iterator[str]:
    """The whole sentences in a module; those with values in them are told as they are."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and _tells(node.func):
            yield from filter(_is_sentence, map(_constant, node.args))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value and _is_table(node):
            yield from filter(_is_text, map(_constant, ast.walk(node.value)))


def _tells(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr == "__init__"
    return isinstance(called, ast.Name) and called.id.endswith(("Error", *TOLD_IN))


def _is_table(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(one, ast.Name) and one.id in TABLES for one in targets)


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_sentence(text: str) -> bool:
    return " " in text and text[:1].isupper()


def _is_text(text: str) -> bool:
    return text[:1].isupper() and not text.isupper()
