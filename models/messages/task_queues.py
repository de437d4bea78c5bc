"""Names of the task queues: stories, provider calls and documents are worked off apart."""

BOOKINGS = "bookings"
PROVIDERS = "providers"
DOCUMENTS = "documents"


def queue(prefix: str, name: str) -> str:
    """The queue of this installation; tests give each stack its own prefix."""
    return prefix + name


def sibling(task_queue: str, name: str) -> str:
    """The queue `name` of the installation whose bookings queue is `task_queue`."""
    return task_queue.removesuffix(BOOKINGS) + name
