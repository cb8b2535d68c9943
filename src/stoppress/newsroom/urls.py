"""The addresses of the readers' pages. None contains text of an article."""

from django.urls import include, path, register_converter

from . import archive_views, list_views, post_views, search_views, views
from .dates import Day, Month
from .numbers import Number
from .orders import Order
from .pictures.views import picture

app_name = "newsroom"

register_converter(Number, "number")
register_converter(Order, "order")
register_converter(Day, "day")
register_converter(Month, "month")

urlpatterns = [
    path("", views.front, name="front"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("page/<order:order>/", list_views.older_news, name="older_news"),
    path("section/<slug:slug>/", list_views.section, name="section"),
    path("section/<slug:slug>/page/<order:order>/", list_views.section, name="older_of_section"),
    path("topic/<slug:slug>/", list_views.topic, name="topic"),
    path("topic/<slug:slug>/page/<order:order>/", list_views.topic, name="older_of_topic"),
    path("author/<slug:slug>/", list_views.author, name="author"),
    path("author/<slug:slug>/page/<order:order>/", list_views.author, name="older_of_author"),
    path("archive/", archive_views.all_months, name="archive"),
    path("archive/<month:month>/", archive_views.month, name="archive_month"),
    path("archive/<day:day>/", archive_views.day, name="archive_day"),
    path("archive/<day:day>/page/<order:order>/", archive_views.day, name="archive_day_part"),
    path("search/", search_views.search, name="search"),
    path(
        "media/pictures/<number:pk>/<slug:digest>-<number:width>.<slug:format>",
        picture,
        name="picture",
    ),
    path("articles/<number:pk>/", views.article, name="article"),
    path(
        "articles/<number:pk>/page/<order:order>/",
        post_views.older_posts,
        name="older_posts",
    ),
    path("articles/<number:story>/posts/<number:pk>/", post_views.post, name="post"),
    path(
        "articles/<number:pk>/history/<number:before>..<number:after>/",
        views.changes,
        name="changes",
    ),
    path("", include("stoppress.newsroom.feeds.urls")),
    path("", include("stoppress.newsroom.metadata.urls")),
    path("", include("stoppress.newsroom.embedding.urls")),
    path("", include("stoppress.newsroom.sitemaps.urls")),
]
