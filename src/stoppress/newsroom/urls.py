"""The addresses of the readers' pages. None contains text of an article."""

from django.urls import path, register_converter

from . import views
from .numbers import Number

app_name = "newsroom"

register_converter(Number, "number")

urlpatterns = [
    path("", views.front, name="front"),
    path("section/<slug:slug>/", views.section, name="section"),
    path("topic/<slug:slug>/", views.topic, name="topic"),
    path("articles/<number:pk>/", views.article, name="article"),
    path("articles/<number:story>/posts/<number:pk>/", views.post, name="post"),
    path(
        "articles/<number:pk>/history/<number:before>..<number:after>/",
        views.changes,
        name="changes",
    ),
]
