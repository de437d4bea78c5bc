"""The log file of each program: opened for a new process, read back, followed with prefixes."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

ROTATE_BYTES: Final = 5 * 1024 * 1024
TAIL_BYTES: Final = 4096
TAIL_LINES: Final = 10
FOLLOW_SECONDS: Final = 0.25


def open_log(folder: Path, name: str) -> IO[bytes]:
    """The log of a program, to append to; a big one is put aside as `<name>.log.1` first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > ROTATE_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab", buffering=0)


def last_line(folder: Path, name: str) -> str:
    """The last line with words in it that a program wrote; empty when there is none."""
    lines = [line for line in _tail(folder / f"{name}.log") if line.strip()]
    return lines[-1].strip() if lines else ""


def follow(folder: Path, goes_on: Callable[[], bool]) -> Iterator[tuple[str, str]]:
    """Every program's last lines, then each new one, as (program, line), while `goes_on()`."""
    read: dict[Path, int] = {}
    while True:
        last_round = not goes_on()
        for path in sorted(folder.glob("*.log")):
            size = path.stat().st_size
            if path not in read:
                yield from ((path.stem, line) for line in _tail(path)[-TAIL_LINES:])
            elif size > read[path]:
                yield from ((path.stem, line) for line in _between(path, read[path], size))
            read[path] = size
        if last_round:
            return
        time.sleep(FOLLOW_SECONDS)


def _tail(path: Path) -> list[str]:
    if not path.exists():
        return []
    size = path.stat().st_size
    return _between(path, max(0, size - TAIL_BYTES), size)


def _between(path: Path, start: int, end: int) -> list[str]:
    with path.open("rb") as log:
        log.seek(start)
        return log.read(end - start).decode(errors="replace").splitlines()
