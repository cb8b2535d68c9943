"""The recipe's only address."""

from django.urls import URLPattern, path

from .consumers import NewsConsumer

urlpatterns: list[URLPattern] = []
websocket_urlpatterns = [path("ws/news/", NewsConsumer.as_asgi())]
