"""What a process may use that reads a stranger's document: a limit that is reached ends it."""

import contextlib
import resource


def limit_process(cpu_seconds: int, memory_bytes: int) -> None:
    """Limit this process for good: its time and memory, and it writes no file and no core dump.

    Args:
        cpu_seconds: of processor time; who needs more is killed.
        memory_bytes: of address space; who asks for more gets a MemoryError.
    """
    limits = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for kind, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
            resource.setrlimit(kind, (value, value))
