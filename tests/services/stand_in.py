"""A module of the system as one module of ours sees it.

A function that is replaced in `time` or `os` itself is replaced for every thread of the process: a
hub or a relay of another test may call it too.
"""

from types import ModuleType
from typing import Any


class StandIn(ModuleType):
    """Does what another module does, but for some functions: `StandIn(time, sleep=note)`.

    A test puts it in the place of the import:
    `monkeypatch.setattr(follower, "asyncio", StandIn(asyncio, sleep=note))`.
    """

    def __init__(self, module: ModuleType, **own: Any) -> None:
        super().__init__(module.__name__)
        self._module = module
        self.__dict__.update(own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)
