"""The addresses of feeds, and the usual addresses that lead to them."""

from django.urls import path, register_converter

from .formats import FeedFormat, UsualAddress
from .views import feed, usual_address

register_converter(FeedFormat, "feedformat")
register_converter(UsualAddress, "usualaddress")

# For each page with feeds: its address, and the name of its feed's route.
_FEEDS = (
    ("", "feed"),
    ("section/<slug:slug>/", "section_feed"),
    ("topic/<slug:slug>/", "topic_feed"),
    ("author/<slug:slug>/", "author_feed"),
    ("articles/<number:pk>/", "live_story_feed"),
)

urlpatterns = [
    *(path(f"{at}feeds/<feedformat:format>", feed, {"of": of}, name=of) for at, of in _FEEDS),
    *(path(f"{at}<usualaddress:usual>", usual_address, {"of": of}) for at, of in _FEEDS),
]
