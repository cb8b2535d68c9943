"""`live.asgi`: the one line that a site's ASGI module needs."""

from types import FunctionType
from weakref import WeakSet

from .asgi_types import Application

_made = WeakSet[Application]()


def asgi(application: Application) -> Application:
    """Return an ASGI application that serves the live transports, and passes on the rest.

        application = live.asgi(get_asgi_application())

    It belongs in the project's `asgi.py`.

    Args:
        application: the site's own: Django's, or one that serves more, such as a
            `ProtocolTypeRouter` with consumers.
    """
    # The site's application exists, so Django is loaded, and models can be imported.
    from .transports.beside import serve_beside

    made = serve_beside(application)
    _made.add(made)
    return made


def is_live(one: object) -> bool:
    """Return whether an object is an application made by `live.asgi`."""
    return type(one) is FunctionType and one in _made
