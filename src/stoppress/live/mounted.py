"""Find an application of `live.asgi` inside another application, for example below a mount."""

import gc
from collections import deque
from collections.abc import Iterable
from types import FunctionType, ModuleType

from .application import is_live

# Most objects that are searched, the nearest first. A Starlette application has some hundreds.
MOST = 20_000


def holds_live(application: object) -> bool:
    """Return whether an application is one of `live.asgi`, or leads to one.

    Only the application's own code knows where it passes requests. But it must refer to its target:
    in an attribute, a list of routes, a closure, or a function's global names.
    """
    waiting, seen = deque([application]), {id(application)}
    while waiting:
        if is_live(one := waiting.popleft()):
            return True
        for each in _held_by(one):
            if id(each) not in seen and len(seen) < MOST:
                seen.add(id(each))
                waiting.append(each)
    return False


def _held_by(one: object) -> Iterable[object]:
    # By `type`: reading `__class__` would create a lazy object.
    if issubclass(type(one), type | ModuleType):
        return ()  # they refer to everything else
    if type(one) is FunctionType:
        used = [one.__globals__.get(name) for name in one.__code__.co_names]
        return (one.__closure__, one.__defaults__, one.__kwdefaults__, one.__dict__, *used)
    return gc.get_referents(one)
