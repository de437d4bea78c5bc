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
    "tests/e2e/test_diary.py": SEEN,
    "tests/e2e/test_facts.py": PLAYED,
    "tests/e2e/test_keyboard.py": SEEN,
    "tests/e2e/test_no_personal_data.py": PLAYED,
    "tests/e2e/test_stages.py": PLAYED,
    "tests/e2e/test_temporal_away.py": PLAYED,
}
"""What several files share; any other file is a world of its own."""
UNHURRIED: Final = tuple(
    f"tests/{name}/" for name in ("activities", "api", "contract", "domain", "house")
)
"""Tests whose bookings live on no clock: they come first, beside what kills processes."""
LONG: Final = (
    "tests/api/test_schemathesis.py",
    "tests/api/access/",
    "tests/e2e/test_accessibility.py",
    "tests/e2e/",
    "tests/workflows/",
    "tests/replay/",
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


def place(nodeid: str) -> tuple[bool, int]:
    """Where in the order a test belongs."""
    long = next((at for at, path in enumerate(LONG) if nodeid.startswith(path)), len(LONG))
    return not nodeid.startswith(UNHURRIED), long
