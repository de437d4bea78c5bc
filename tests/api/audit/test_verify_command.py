"""`audit verify`: says whether the log is whole, keeps its head, and fails when it is not."""

import os
import subprocess
import sys
from pathlib import Path

from tests.api.audit.conftest import Tamper, write_events
from tests.support.desk import Office

ROOT = Path(__file__).parents[3]


def verify(office: Office, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    url = office.resources.settings.database_url.get_secret_value()
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "api.cli", "audit", "verify", *words],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "ATP_DATA_DIR": str(folder), "ATP_ENV": "test"},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_it_prints_and_keeps_the_head_of_a_whole_log(office: Office, tmp_path: Path) -> None:
    await write_events(office, 3)
    done = verify(office, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "whole: 3 events" in done.stdout
    head = (tmp_path / "audit-head").read_text().strip()
    assert done.stdout.splitlines()[-1] == f"head {head}"
    assert head.startswith("3:")
    assert verify(office, tmp_path / "elsewhere", "--head", head).returncode == 0


async def test_it_fails_and_says_what_is_wrong(
    office: Office, tmp_path: Path, tamper: Tamper
) -> None:
    await write_events(office, 3)
    assert verify(office, tmp_path).returncode == 0
    await tamper(
        "DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE position = 3)",
        "DELETE FROM audit_chain WHERE position = 3",
    )
    done = verify(office, tmp_path)
    assert done.returncode == 1
    assert "its end was cut off" in done.stderr
    assert "NOT whole" in done.stderr
    assert (tmp_path / "audit-head").read_text().startswith("3:")


async def test_a_head_that_is_none_is_refused(office: Office, tmp_path: Path) -> None:
    done = verify(office, tmp_path, "--head", "nonsense")
    assert done.returncode == 2
    assert "position" in done.stderr
