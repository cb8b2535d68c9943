"""The URL patterns of the live transports, for a site that routes with Channels itself."""

from .transports.routing import http_urlpatterns, websocket_urlpatterns

__all__ = ["http_urlpatterns", "websocket_urlpatterns"]
