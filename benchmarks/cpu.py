"""How much processor time this process and the servers that it started have used."""

import psutil


def seconds_used() -> float:
    """User and system time of this process and its children so far."""
    own = psutil.Process()
    times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))
