"""The recipe's URLs: one for readers, and one to publish."""

from django.urls import path

from .consumers import NewsConsumer
from .views import publish

urlpatterns = [path("publish", publish)]
websocket_urlpatterns = [path("ws/news/", NewsConsumer.as_asgi())]
