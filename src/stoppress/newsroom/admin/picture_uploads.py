"""Uploads in the admin: from the form of pictures, and from the scripts of other forms."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from stoppress.newsroom.models import Picture
from stoppress.newsroom.picture_rights import may_upload
from stoppress.newsroom.pictures.item import smallest
from stoppress.newsroom.pictures.questions import of_picture
from stoppress.newsroom.publishing import InvalidField
from stoppress.newsroom.uploading import NotNow, most_bytes, take_picture

from .picture_forms import UploadForm
from .picture_names import named
from .refusals import REFUSALS, Admin

File = Any  # an UploadedFile
MIB = 1024 * 1024


class UploadAdmin(Admin):
    """An admin of pictures whose form for new ones takes files.

    A script that asks for JSON gets `{"id", "reference", "alt", "thumb", "name"}` of one file with
    201, or 200 if the user has uploaded it before; or `{"error"}`, in words. Its GET gets
    `{"token"}`: the present CSRF token, which changes with each sign-in.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_upload(request.user)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
        if request.accepts("text/html"):
            return self._page(request, form)
        if not sent:
            return JsonResponse({"token": get_token(request)})
        if not form.is_valid():
            return JsonResponse({"error": gettext("A file is missing.")}, status=422)
        try:
            made, new = self._taken(request, form.cleaned_data["file"][0])
        except NotNow as refusal:
            return JsonResponse({"error": str(refusal)}, status=503)
        except REFUSALS as refusal:
            return JsonResponse({"error": said(refusal)}, status=422)
        return JsonResponse(told(made), status=201 if new else 200)

    def _page(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        """Show the form, with a message for each file; accepted files stay uploaded."""
        if form.is_bound and form.is_valid():
            made = list(self._each(request, form))
            if form.is_valid():
                return self._after(request, made)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Upload pictures"),
            "form": form,
            "media": self.media,
            "most": most_bytes() // MIB,
        }
        return TemplateResponse(request, "admin/newsroom/picture/upload.html", context)

    def _each(self, request: HttpRequest, form: UploadForm) -> Iterator[Picture]:
        for file in form.cleaned_data["file"]:
            try:
                picture, new = self._taken(request, file)
            except REFUSALS as refusal:
                form.add_error("file", f"{file.name}: {said(refusal)}")
                continue
            self._tell(request, picture, file, new=new)
            yield picture

    def _tell(self, request: HttpRequest, picture: Picture, file: File, *, new: bool) -> None:
        words = (
            gettext("“{file}” was uploaded: {picture}.")
            if new
            else gettext("You have uploaded “{file}” before: {picture}.")
        )
        link = format_html('<a href="{}">{}</a>', change_address(picture), named(picture))
        messages.success(request, format_html(words, file=file.name, picture=link))

    def _taken(self, request: HttpRequest, file: File) -> tuple[Picture, bool]:
        picture, new = take_picture(request.user, file.read(), {})
        if new:
            self.log_addition(request, picture, [{"added": {}}])
        return picture, new

    def _after(self, request: HttpRequest, made: list[Picture]) -> HttpResponse:
        popup = request.GET.urlencode() if "_popup" in request.GET else ""
        if len(made) == 1 and not popup:
            return HttpResponseRedirect(change_address(made[0]))
        listed = reverse("admin:newsroom_picture_changelist")
        return HttpResponseRedirect(f"{listed}?{popup}" if popup else listed)


def change_address(picture: Picture) -> str:
    return reverse("admin:newsroom_picture_change", args=[picture.pk])


def said(refusal: Exception) -> str:
    """Return a refusal as a sentence about the file."""
    if isinstance(refusal, InvalidField) and refusal.field == "file":
        return gettext("The file %(message)s") % {"message": refusal.message}
    return str(refusal)


def told(picture: Picture) -> dict[str, Any]:
    """Return a picture's data for a script."""
    return {
        "id": picture.pk,
        "reference": picture.reference,
        "alt": picture.alt,
        "thumb": picture.address(smallest(picture)),
        "name": named(picture),
        "questions": [each.shown() for each in of_picture(picture)],
    }
