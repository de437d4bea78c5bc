"""A load generator: so many keep-alive connections, each sending its next request at once."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final, cast

HEAD_END: Final = b"\r\n\r\n"
LENGTH: Final = b"content-length: "


@dataclass
class Measured:
    """What a run of requests took. Times in milliseconds."""

    seconds: float
    times: list[float] = field(repr=False)
    statuses: dict[int, int]

    @property
    def per_second(self) -> float:
        """Answered requests a second."""
        return len(self.times) / self.seconds

    @property
    def p50(self) -> float:
        """The median time of an answer."""
        return quantiles(self.times, n=100)[49]

    @property
    def p99(self) -> float:
        """The time within which 99 of 100 were answered."""
        return quantiles(self.times, n=100)[98]


class Connection(asyncio.Protocol):
    """Sends request after request until it is told to stop."""

    def __init__(self, requests: Iterator[bytes], stop_at: float, measured: Measured) -> None:
        self._requests = requests
        self._stop_at = stop_at
        self._measured = measured
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._sent_at = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends; too early is a failure."""
        if exc is None:
            self.closed.set_result(None)
        else:
            self.closed.set_exception(exc)

    def data_received(self, data: bytes) -> None:
        """Takes an answer and sends the next request."""
        self._received += data
        end = self._received.find(HEAD_END)
        if end < 0:
            return
        head = self._received[:end].lower()
        length = int(head.partition(LENGTH)[2].partition(b"\r\n")[0] or 0)  # a 304 has none
        if len(self._received) < end + len(HEAD_END) + length:
            return
        now = time.perf_counter()
        self._measured.times.append((now - self._sent_at) * 1000)
        status = int(head[9:12])
        self._measured.statuses[status] = self._measured.statuses.get(status, 0) + 1
        self._received = b""
        if now < self._stop_at:
            self._send()
        elif self._transport:
            self._transport.close()

    def _send(self) -> None:
        assert self._transport is not None
        request = next(self._requests)
        self._sent_at = time.perf_counter()
        self._transport.write(request)


def post(path: str, body: bytes, headers: str = "") -> bytes:
    """A POST request of JSON as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str, headers: str = "") -> bytes:
    """A GET request as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{headers}\r\n".encode()


async def run(
    port: int, requests: Iterator[bytes], *, seconds: float, connections: int = 16
) -> Measured:
    """Loads a server on loopback for some seconds."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    measured = Measured(0.0, [], {})

    def connect() -> Connection:
        return Connection(requests, started + seconds, measured)

    factory: Callable[[], Connection] = connect
    opened = [
        (await loop.create_connection(factory, "127.0.0.1", port))[1] for _ in range(connections)
    ]
    await asyncio.gather(*(connection.closed for connection in opened))
    measured.seconds = time.perf_counter() - started
    return measured
