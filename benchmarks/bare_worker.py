"""The floor of the worker's memory: `python -m benchmarks.bare_worker <address> <queue> <port>`."""

import asyncio
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker


@workflow.defn
class Sleeper:
    """Waits for ever."""

    @workflow.run
    async def run(self) -> None:
        """Waits."""
        await workflow.wait_condition(lambda: False)


async def main(address: str, queue: str, port: int) -> None:
    """Serves one workflow until it is ended; listens on the port once it does."""
    client = await Client.connect(address)
    async with Worker(client, task_queue=queue, workflows=[Sleeper], max_cached_workflows=2_000):
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
