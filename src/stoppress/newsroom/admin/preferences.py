"""The page on which a user chooses their time zone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from stoppress.newsroom.models import Preferences
from stoppress.newsroom.times import in_words
from stoppress.newsroom.zones import zone_choices


class PreferencesForm(forms.Form):
    """Asks for a time zone; empty for the site's."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        help_text=gettext_lazy(
            "In the admin, you see and write all times in this zone. Readers see them in their own."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["time_zone"]
        default = timezone.get_default_timezone_name()
        sites = gettext("The site’s: %(zone)s") % {"zone": default}
        field.choices = [("", sites), *zone_choices()]


def preferences(request: HttpRequest) -> HttpResponse:
    """Show and save a user's own settings."""
    user: Any = request.user
    own = Preferences.objects.filter(user=user).first()
    known = {"time_zone": own.time_zone if own else ""}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        Preferences.objects.update_or_create(user=user, defaults=form.cleaned_data)
        messages.success(request, gettext("Your time zone was saved."))
        return HttpResponseRedirect(reverse("newsroom_preferences"))
    context = {
        **site.each_context(request),
        "title": gettext("Your time zone"),
        "form": form,
        "now": in_words(timezone.now()),
    }
    return TemplateResponse(request, "admin/newsroom/preferences.html", context)


# Before the admin's own addresses.
urlpatterns = [path("preferences/", site.admin_view(preferences), name="newsroom_preferences")]
