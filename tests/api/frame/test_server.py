"""The API as a process: serves, logs JSON, refuses bad settings, and goes when it is told."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from sandbox.stack.ports import find_free

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 20.0


@contextmanager
def served(**environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its address; killed at the end if it still runs."""
    port = find_free()
    process = subprocess.Popen(
        [sys.executable, "-m", "api.server"],
        cwd=ROOT,
        env=os.environ | {"ATP_HTTP_PORT": str(port), "ATP_ENV": "test"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[str]) -> httpx2.Response:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return httpx2.get(f"{url}/health")
        except httpx2.ConnectError:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < give_up_at, "the server did not start"
            time.sleep(0.05)


def test_it_serves_logs_json_lines_and_stops_in_time(shared_database_url: str) -> None:
    with served(DATABASE_URL=shared_database_url) as (process, url):
        health = wait_for(url, process)
        assert health.json() == {"status": "ok", "service": "asiatravelplan"}
        assert "server" not in health.headers
        lost = httpx2.get(f"{url}/nowhere?email=anna@home.example")
        assert lost.status_code == 404
        big = httpx2.post(f"{url}/auth/me", content=b"x" * (1 << 20))
        assert big.status_code == 413
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=6)
    assert process.returncode in {0, -signal.SIGTERM}
    lines = [json.loads(line) for line in output.splitlines()]
    requests = [line for line in lines if line["logger"] == "api.requests"]
    assert [line["status"] for line in requests] == [404, 413]
    assert requests[0]["trace_id"] == lost.headers["x-trace-id"]
    assert requests[0]["route"] == "unmatched"
    assert "anna" not in output


def test_an_idle_connection_does_not_hold_it_back(shared_database_url: str) -> None:
    with served(DATABASE_URL=shared_database_url) as (process, url):
        wait_for(url, process)
        with httpx2.Client() as idle:
            idle.get(f"{url}/health")
            process.send_signal(signal.SIGTERM)
            started = time.monotonic()
            process.wait(timeout=6)
    assert time.monotonic() - started < 5


def test_unfit_settings_are_told_in_a_sentence_without_values() -> None:
    with served(ATP_ENV="production", STRIPE_API_KEY="sandbox_very_private") as (process, _):
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert "The settings are not fit" in output
    assert "STRIPE_API_KEY is missing or a stand-in's" in output
    assert "very_private" not in output
    assert "Traceback" not in output
    with served(ATP_RATE_LIMIT="often") as (process, _):
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert "write <count>/<second|minute|hour>" in output
