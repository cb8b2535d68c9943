"""Password hashing on a thread of its own, one at a time, which gives way to everything else.

A hash is half a second of a processor by design. OpenSSL's PBKDF2 holds no interpreter lock
meanwhile, so that one thread leaves the rest of the machine to the event loop and the pages.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import PBKDF2PasswordHasher, verify_password
from django.core.exceptions import SynchronousOnlyOperation

# Of the kernel's 19 steps: where processors are short, a third of what the event loop gets. Less
# would keep editors out of a busy site.
NICE = 5


def _begin() -> None:
    _here.hashes = True
    if sys.platform == "linux":
        # Elsewhere this would be the whole process's.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


_here = threading.local()
_thread = ThreadPoolExecutor(1, thread_name_prefix="stoppress-hashing", initializer=_begin)


class PasswordHasher(PBKDF2PasswordHasher):
    """Django's own hasher, and so the same hashes, on the thread for them."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Return a password's hash.

        Raises:
            SynchronousOnlyOperation: it was called on an event loop, which would stand still.
        """
        if getattr(_here, "hashes", False):
            return super().encode(password, salt, iterations)
        if _on_an_event_loop():
            raise SynchronousOnlyOperation(
                "A password is hashed on no event loop: call it by sync_to_async."
            )
        return _thread.submit(super().encode, password, salt, iterations).result()


async def acheck_password(
    password: str | None,
    encoded: str,
    setter: Callable[[str], Awaitable[None]] | None = None,
    preferred: str = "default",
) -> bool:
    """Return whether a password is the one of a hash, as Django's own does, off the event loop."""
    checking = _thread.submit(verify_password, password, encoded, preferred)
    is_correct, must_update = await asyncio.wrap_future(checking)
    if setter and password is not None and is_correct and must_update:
        await setter(password)
    return is_correct


def _on_an_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
