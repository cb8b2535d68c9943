"""A site whose addresses begin with their language."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from .paper import front

urlpatterns = i18n_patterns(path("paper", front))
