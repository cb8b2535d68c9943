"""Password hashing, one at a time, in a separate thread of low priority.

A hash takes half a second of CPU time by design. OpenSSL's PBKDF2 releases the interpreter lock
meanwhile, so one thread leaves the other processors to the event loop and to pages.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import PBKDF2PasswordHasher, verify_password
from django.core.exceptions import SynchronousOnlyOperation

# The niceness, of at most 19. On a busy machine the thread gets a third of the event loop's CPU
# time; with less, editors could not sign in to a busy site.
NICE = 5


def _begin() -> None:
    _here.hashes = True
    if sys.platform == "linux":
        # On other systems this would change the whole process.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


_here = threading.local()
_thread = ThreadPoolExecutor(1, thread_name_prefix="stoppress-hashing", initializer=_begin)


class PasswordHasher(PBKDF2PasswordHasher):
    """Django's own hasher, with the same hashes, run in the hashing thread."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Return a password's hash.

        Raises:
            SynchronousOnlyOperation: it was called on an event loop, which it would block.
        """
        if getattr(_here, "hashes", False):
            return super().encode(password, salt, iterations)
        if _on_an_event_loop():
            raise SynchronousOnlyOperation(
                "Hashing a password would block the event loop: call it with sync_to_async."
            )
        return _thread.submit(super().encode, password, salt, iterations).result()


async def acheck_password(
    password: str | None,
    encoded: str,
    setter: Callable[[str], Awaitable[None]] | None = None,
    preferred: str = "default",
) -> bool:
    """Return whether a password matches a hash, as Django's own does, but off the event loop."""
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
