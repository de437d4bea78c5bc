"""Ports on the loopback address: whether one is free, and finding one that is."""

import random
import socket
from contextlib import closing

LOOPBACK = "127.0.0.1"
THROWAWAY_PORTS = range(20_000, 32_000)
"""Below the range from which Linux takes the ports of outgoing connections."""


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def find_free() -> int:
    """A random port that nobody listens on, for throwaway servers."""
    chooser = random.SystemRandom()
    while not is_free(port := chooser.choice(THROWAWAY_PORTS)):
        continue
    return port


def answers(host: str, port: int, timeout_seconds: float = 1.0) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=timeout_seconds):
            return True
    except OSError:
        return False
