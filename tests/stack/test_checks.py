"""The checks themselves: what they must find, and what they must let pass."""

from pathlib import Path

import pytest

from sandbox.stack import checks, compose
from tests.support.run import CLOSING_LINE, count

GOOD = """
services:
  postgres: {image: "postgres:18", volumes: ["pgdata:/var/lib/postgresql"]}
  api:
    build: {context: ., target: runtime}
    ports: ["127.0.0.1:${ATP_HTTP_PORT:-8080}:8080"]
    depends_on: {postgres: {condition: service_healthy}}
    healthcheck: {test: [CMD, "true"], interval: 5s, retries: 3}
volumes: {pgdata: {}}
"""


def faults_of(text: str, folder: Path) -> str:
    file = folder / "docker-compose.yml"
    file.write_text(text)
    return " ".join(compose.faults(file))


def test_a_sound_compose_file_passes(tmp_path: Path) -> None:
    assert not faults_of(GOOD, tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("image:", "imag:", "imag"),
        ("interval: 5s", "interval: 5", "interval"),
        ("service_healthy", "service_well", "service_well"),
        ("{postgres: {cond", "{database: {cond", "database, which is no service"),
        ("volumes: {pgdata: {}}", "", "pgdata, which is not declared"),
    ],
)
def test_a_faulty_compose_file_is_told_its_fault(
    right: str, wrong: str, complaint: str, tmp_path: Path
) -> None:
    assert complaint in faults_of(GOOD.replace(right, wrong), tmp_path)


def test_the_lock_file_pins_what_the_project_asks_for() -> None:
    assert not checks.lock()


def test_a_lock_file_behind_the_project_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["rich>=15", "typer>=1"]\n[dependency-groups]\ndev = []\n'
    )
    (tmp_path / "requirements.lock").write_text("rich==14.0 \\\n    --hash=sha256:0\n")
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    assert len(checks.lock()) == 2


@pytest.mark.parametrize(
    ("line", "passed", "failed", "skipped"),
    [
        ("===== 12 passed in 3.21s =====", 12, 0, 0),
        ("== 1 failed, 7 passed, 2 skipped, 3 warnings in 100.02s (0:01:40) ==", 7, 1, 2),
        ("=== 2 passed, 1 error in 0.10s ===", 2, 1, 0),
    ],
)
def test_pytests_closing_line_is_read(line: str, passed: int, failed: int, skipped: int) -> None:
    assert CLOSING_LINE.fullmatch(line)
    counts = count(line)
    assert (counts["passed"], counts["failed"], counts["skipped"]) == (passed, failed, skipped)


def test_an_unknown_check_is_told_the_known_ones() -> None:
    with pytest.raises(SystemExit, match=r"no check typos.*templates"):
        checks.main(["typos"])
