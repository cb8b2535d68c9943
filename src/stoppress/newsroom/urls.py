"""The addresses of the readers' pages. None contains text of an article."""

from django.urls import path, register_converter

from . import post_views, views
from .numbers import Number
from .orders import PostOrder
from .pictures.views import picture

app_name = "newsroom"

register_converter(Number, "number")
register_converter(PostOrder, "post_order")

urlpatterns = [
    path("", views.front, name="front"),
    path("section/<slug:slug>/", views.section, name="section"),
    path("topic/<slug:slug>/", views.topic, name="topic"),
    path(
        "media/pictures/<number:pk>/<slug:digest>-<number:width>.<slug:format>",
        picture,
        name="picture",
    ),
    path("articles/<number:pk>/", views.article, name="article"),
    path(
        "articles/<number:pk>/page/<post_order:order>/",
        post_views.older_posts,
        name="older_posts",
    ),
    path("articles/<number:story>/posts/<number:pk>/", post_views.post, name="post"),
    path(
        "articles/<number:pk>/history/<number:before>..<number:after>/",
        views.changes,
        name="changes",
    ),
]
