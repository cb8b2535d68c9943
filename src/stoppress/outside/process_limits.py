"""Resource limits for a process that reads a foreign document."""

import contextlib
import resource


def limit_process(cpu_seconds: int, memory_bytes: int, *, may_open: bool = True) -> None:
    """Limit this process's CPU time and memory for good, and forbid it files and core dumps.

    Args:
        cpu_seconds: CPU time; the process is killed when it needs more.
        memory_bytes: address space; a larger allocation raises MemoryError.
        may_open: whether it may open files and sockets, as an import does.
    """
    limits = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    if not may_open:
        limits[resource.RLIMIT_NOFILE] = 0
    for kind, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit of address space
            resource.setrlimit(kind, (value, value))
