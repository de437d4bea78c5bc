"""What keeps a spreadsheet from taking what somebody typed for a formula."""

from typing import Final

FORMULA_STARTS: Final = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
"""The last four are the same signs in full width, which some programs read alike."""


def harmless(text: str) -> str:
    """The text of a cell; an apostrophe before it says that it is text if it could be a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
