"""The addresses of the icon and of articles as ninjs."""

from django.urls import path

from .icons import favicon
from .ninjs_views import ninjs, post_ninjs

urlpatterns = [
    path("favicon.ico", favicon, name="favicon"),
    path("articles/<number:pk>/ninjs.json", ninjs, name="ninjs"),
    path("articles/<number:story>/posts/<number:pk>/ninjs.json", post_ninjs, name="post_ninjs"),
]
