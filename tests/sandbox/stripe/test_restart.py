"""What the stand-in was told outlives a process that is killed."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.sandbox.running import Receiver, Sandbox, eventually, settings_for
from tests.sandbox.stripe.shop import Shop


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def process(data_dir: Path, public_url: str) -> Iterator[Shop]:
    """The stand-ins in a process of their own, which is killed at the end."""
    port = free_port()
    environment = os.environ | {
        "ATP_ENV": "test",
        "ATP_DATA_DIR": str(data_dir),
        "ATP_SANDBOX_PORT": str(port),
        "ATP_PUBLIC_URL": public_url,
    }
    command = [sys.executable, "-m", "sandbox.server"]
    started = subprocess.Popen(command, env=environment)  # noqa: S603 - its own server
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: answers(url))
        yield Shop.at(Sandbox(url, settings_for(data_dir)))
    finally:
        started.send_signal(signal.SIGKILL)
        started.wait()


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health").status_code == 200
    except httpx2.TransportError:
        return False


def test_a_killed_process_forgets_nothing(tmp_path: Path, receiver: Receiver) -> None:
    with process(tmp_path, "http://127.0.0.1:9") as shop:
        opened, paid = shop.session("key-kept"), shop.paid()
        refund = shop.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 5})
    with process(tmp_path, receiver.url) as shop:
        assert shop.session("key-kept").id == opened.id
        assert shop.again(paid).status == "complete"
        assert shop.v1.refunds.retrieve(refund.id).amount == 5
        assert shop.pay(opened.id).status_code == 303
        receiver.wait_for(4)
        assert "checkout.session.completed" in {event.type for event in shop.read(receiver)}
