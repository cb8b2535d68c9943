"""Whether an application holds one of `live.asgi` somewhere within, such as below a mount."""

import gc
from collections import deque
from collections.abc import Iterable
from types import FunctionType, ModuleType

from .application import is_live

# Objects that are looked at: the nearest first. An application of Starlette has some hundreds.
MOST = 20_000


def holds_live(application: object) -> bool:
    """Return whether an application is one of `live.asgi`, or leads to one.

    Where it passes requests on, only its own code knows. What it passes them to, it must hold: in
    an attribute, a list of routes, a closure, or a global name of a function.
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
    # By `type`: a lazy object would be made by the question which class it has.
    if issubclass(type(one), type | ModuleType):
        return ()  # they lead to all that there is
    if type(one) is FunctionType:
        used = [one.__globals__.get(name) for name in one.__code__.co_names]
        return (one.__closure__, one.__defaults__, one.__kwdefaults__, one.__dict__, *used)
    return gc.get_referents(one)
