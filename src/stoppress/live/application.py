"""`live.asgi`: the one line that a site's ASGI module needs."""

from .asgi_types import Application


def asgi(http: Application) -> Application:
    """Return an ASGI application that serves the live transports and passes HTTP to `http`.

        application = live.asgi(get_asgi_application())

    It belongs in the project's `asgi.py`.
    """
    # `http` exists, so Django is loaded, and models can be imported from here on.
    from .transports.beside import serve_beside

    return serve_beside(http)
