"""The link from an object in the admin to its public page."""

from typing import Any

from django.contrib.admin import site
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def view_on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    """Redirect to an object's page; answer 404 if the user may not see it in the admin.

    Django's own view redirects any member of staff, and so reveals which objects exist.

    """
    try:
        kind: Any = ContentType.objects.get(pk=content_type_id).model_class()
        shown = site.get_model_admin(kind)
        found = shown.get_object(request, object_id)
    except (ObjectDoesNotExist, ValueError, NotRegistered):
        found = None
    if found is None or not shown.has_view_or_change_permission(request, found):
        raise Http404
    return shortcut(request, content_type_id, object_id)


# Before the admin's own addresses.
urlpatterns = [
    path(
        "r/<path:content_type_id>/<path:object_id>/",
        site.admin_view(view_on_site),
    )
]
