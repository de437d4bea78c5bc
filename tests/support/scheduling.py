"""Which tests share a worker: those that need the same world, so that it is made once."""

from typing import Final

from xdist.scheduler import (  # type: ignore[import-untyped]  # xdist ships no types
    LoadScopeScheduling,
)

PLAYED: Final = "a system and its played lives"
SEEN: Final = "a system and its pages"
WORLDS: Final = {
    "tests/e2e/test_accessibility.py": SEEN,
    "tests/e2e/test_at_once.py": PLAYED,
    "tests/e2e/test_budgets.py": PLAYED,
    "tests/e2e/test_diary.py": PLAYED,
    "tests/e2e/test_facts.py": PLAYED,
    "tests/e2e/test_keyboard.py": PLAYED,
    "tests/e2e/test_no_personal_data.py": PLAYED,
    "tests/e2e/test_quote_diary.py": PLAYED,
    "tests/e2e/test_stages.py": PLAYED,
    "tests/e2e/test_temporal_away.py": PLAYED,
}
"""What several files share; any other file is a world of its own."""
FIRST: Final = (
    "tests/e2e/test_accessibility.py",
    "tests/e2e/",
    "tests/api/test_schemathesis.py",
    "tests/workflows/",
    "tests/replay/",
    "tests/api/access/",
)
"""What takes longest begins first, so that no worker is left alone with it at the end."""


class ByWorld(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Gives a worker all tests of a world.

    The marks of `--dist loadgroup` are not heard: it renames tests in a way that pytest 9.2 no
    longer looks at, and says nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return WORLDS.get(file, file)


def place(nodeid: str) -> int:
    """Where in the order a test belongs."""
    return next((at for at, path in enumerate(FIRST) if nodeid.startswith(path)), len(FIRST))
