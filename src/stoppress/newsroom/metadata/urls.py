"""Addresses for machines."""

from django.urls import path

from .icons import favicon

urlpatterns = [
    path("favicon.ico", favicon, name="favicon"),
]
