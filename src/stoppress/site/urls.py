"""The site's URLs."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from stoppress.newsroom.admin import preferences, view_on_site
from stoppress.newsroom.api import urls as api

from .web import health, metrics

handler404 = "stoppress.newsroom.views.page_not_found"
handler500 = "stoppress.newsroom.failures.server_error"

urlpatterns = [
    # First: its page for signing in takes the place of the admin's.
    *([path("", include("stoppress.site.accounts.urls"))] if settings.STOPPRESS_ACCOUNTS else []),
    path("", include("stoppress.newsroom.urls")),
    path("api/", include(api.urlpatterns)),
    path("admin/", include(view_on_site.urlpatterns)),
    path("admin/", include(preferences.urlpatterns)),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
]
