"""Pictures in the forms of articles: the lead picture, and uploads into the field of the text."""

import json
from typing import Any

from django import forms
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from stoppress.newsroom.models import Picture
from stoppress.newsroom.picture_rights import may_upload
from stoppress.newsroom.pictures.item import smallest
from stoppress.newsroom.rights import visible_pictures
from stoppress.newsroom.uploading import most_bytes

from .once import OnceAdmin
from .picture_forms import KINDS
from .picture_names import named
from .picture_uploads import MIB, change_address

LEAD, BODY = "image", "body"
NOT_THERE = gettext_lazy("There is no picture with this number, or you may not see it.")


class PictureInput(ForeignKeyRawIdWidget):
    """A picture's number, with the picture, a list to choose from, and a link to upload one."""

    template_name = "admin/widgets/picture.html"
    user: Any = None

    def label_and_url_for_value(self, value: Any) -> tuple[str, str]:
        picture = self.picture(value)
        return (named(picture), change_address(picture)) if picture else ("", "")

    def picture(self, value: Any) -> Picture | None:
        """Return the picture of a number, if the user may see it."""
        if not str(value).isdecimal():
            return None
        return visible_pictures(self.user, Picture.objects.filter(pk=str(value)[:18])).first()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        picture = self.picture(context["widget"]["value"])
        if picture is not None:
            context |= {"thumb": picture.address(smallest(picture))}
        if may_upload(self.user):
            context["upload"] = reverse("admin:newsroom_picture_add")
        return context


class PictureFieldsAdmin(OnceAdmin):
    """An admin of articles whose form has a lead picture, and takes pictures into its text."""

    raw_id_fields = (LEAD,)

    class Media:
        js = (forms.Script("newsroom/pictures.js", type="module"),)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name != LEAD:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["widget"] = PictureInput(db_field.remote_field, self.admin_site)
        kwargs["widget"].user = request.user
        kwargs["queryset"] = visible_pictures(request.user, Picture.objects.all())
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.error_messages["invalid_choice"] = NOT_THERE
        return field

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        if may_upload(request.user):
            for name in {LEAD, BODY} & form.base_fields.keys():
                form.base_fields[name].widget.attrs["data-pictures"] = json.dumps(words())
        return form


def words() -> dict[str, Any]:
    """Return the data and the messages for the script of uploads."""
    most = most_bytes()
    return {
        "upload": reverse("admin:newsroom_picture_add"),
        "alt": reverse("admin:newsroom_picture_alt", args=[0]),
        "kinds": KINDS,
        "most": most,
        "insert": gettext("Insert a picture …"),
        "choose": gettext("Upload a picture …"),
        "loading": gettext("“{file}” ({size} MiB) is being uploaded …"),
        "held": gettext("The form is sent as soon as the pictures are uploaded."),
        "cancel": gettext("Cancel the upload"),
        "cancelled": gettext("you have cancelled it."),
        "slow": gettext("it took too long. Try again."),
        "inserted": gettext("Picture {number} is in the text."),
        "chosen": gettext("Picture {number} is the lead picture."),
        "large": gettext("“{file}” is larger than {most} MiB.").replace("{most}", str(most // MIB)),
        "failed": gettext("“{file}” was not uploaded: {why}"),
        "away": gettext("the server cannot be reached. Try again."),
        "signed_out": gettext("you are signed out. Sign in in another tab, and try again."),
        "forbidden": gettext("you may not do this."),
        "unsent": gettext("The form was not sent: {why}"),
        "ask": gettext("What does picture {number} show, for those who cannot see it?"),
        "save": gettext("Save"),
        "saved": gettext("The alternative text of picture {number} is saved."),
        "unsaved": gettext("The alternative text was not saved: {why}"),
    }
