"""Resource limits for a process that reads a foreign document."""

import contextlib
import resource


def limit_process(cpu_seconds: int, memory_bytes: int, *, may_open: bool = True) -> None:
    """Limit the CPU time and memory of this process, and forbid it to write files and core dumps.

    The limits cannot be raised again.

    Args:
        cpu_seconds: the CPU time after which the process is killed.
        memory_bytes: the address space; an allocation beyond it raises MemoryError.
        may_open: whether the process may open files and sockets, for example for imports.
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
        with contextlib.suppress(ValueError, OSError):  # macOS cannot limit the address space
            resource.setrlimit(kind, (value, value))
