"""The addresses of feeds, and those where feeds are looked for."""

from django.urls import path, register_converter

from .formats import FeedFormat, UsualAddress
from .views import (
    author_feed,
    live_story_feed,
    news_feed,
    section_feed,
    topic_feed,
    usual_address,
)

register_converter(FeedFormat, "feedformat")
register_converter(UsualAddress, "usualaddress")

# Of each page with feeds: its address, its view, and the name of the view's route.
_FEEDS = (
    ("", news_feed, "feed"),
    ("section/<slug:slug>/", section_feed, "section_feed"),
    ("topic/<slug:slug>/", topic_feed, "topic_feed"),
    ("author/<slug:slug>/", author_feed, "author_feed"),
    ("articles/<number:pk>/", live_story_feed, "live_story_feed"),
)

urlpatterns = [
    *(path(f"{of}feeds/<feedformat:format>", view, name=name) for of, view, name in _FEEDS),
    *(path(f"{of}<usualaddress:usual>", usual_address, {"of": name}) for of, _, name in _FEEDS),
]
