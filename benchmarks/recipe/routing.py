"""The recipe's addresses: one for readers, and one to publish at."""

from django.urls import path

from .consumers import NewsConsumer
from .views import publish

urlpatterns = [path("publish", publish)]
websocket_urlpatterns = [path("ws/news/", NewsConsumer.as_asgi())]
