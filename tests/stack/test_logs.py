"""Logs: put aside when big, read back, followed."""

from pathlib import Path

from sandbox.stack.logs import ROTATE_BYTES, follow, last_line, open_log


def test_a_big_log_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_bytes(b"x" * (ROTATE_BYTES + 1))
    with open_log(tmp_path, "api") as log:
        log.write(b"started\n")
    assert (tmp_path / "api.log").read_text() == "started\n"
    assert (tmp_path / "api.log.1").stat().st_size == ROTATE_BYTES + 1


def test_a_small_log_is_continued(tmp_path: Path) -> None:
    for line in (b"one\n", b"two\n"):
        with open_log(tmp_path, "api") as log:
            log.write(line)
    assert (tmp_path / "api.log").read_text() == "one\ntwo\n"


def test_the_last_line_with_words_is_what_a_program_died_of(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_text("Traceback\nOSError: no space\n\n")
    assert last_line(tmp_path, "api") == "OSError: no space"
    assert last_line(tmp_path, "worker") == ""


def test_following_shows_the_end_and_then_what_is_added(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_text("old\n")
    rounds = iter((True, False))

    def goes_on() -> bool:
        if more := next(rounds):
            return more
        with log.open("a") as stream:
            stream.write("new\n")
        return more

    assert list(follow(tmp_path, goes_on)) == [("api", "old"), ("api", "new")]
