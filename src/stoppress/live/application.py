"""The one ASGI line of a site."""

from .asgi_types import Application


def asgi(http: Application) -> Application:
    """Return an ASGI application that serves the live transports, and leaves HTTP to `http`.

    application = live.asgi(get_asgi_application())
    """
    # By now `http` was made, and with it Django loaded: models can be imported from here on.
    from .transports.beside import serve_beside

    return serve_beside(http)
