"""An address that turns HTML pasted from another program into the text of a body."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from stoppress.newsroom.body.body import TooCostly
from stoppress.newsroom.body.pasted import as_text, is_blocks, read_pasted
from stoppress.newsroom.models import Article
from stoppress.newsroom.rights import Verb, may

from .refusals import Admin

NAME = "newsroom_article_paste"
WRITES = (Verb.CREATE, Verb.EDIT, Verb.UPDATE, Verb.CORRECT)
# Messages that the script shows beside the field, by the names of its data attributes.
WORDS = {
    "kept": gettext_lazy("The formatting was kept."),
    "unread": gettext_lazy(
        "The plain text was pasted, without its formatting: the server has not read it."
    ),
    "changed": gettext_lazy(
        "The plain text was pasted, without its formatting, because it was changed meanwhile."
    ),
    "plainly": gettext_lazy("Use the plain text"),
    "stays": gettext_lazy("The formatting stays: the pasted text was changed meanwhile."),
}


class PasteForm(forms.Form):
    """HTML from the clipboard, and the format of the body into which it is pasted."""

    html = forms.CharField(strip=False)
    body_format = forms.ChoiceField(choices=Article.BodyFormat.choices)


class PastingAdmin(Admin):
    """An admin of articles whose text can be pasted from Word, Google Docs and the like."""

    @property
    def media(self) -> forms.Media:
        script: Any = forms.Script("newsroom/paste.js", type="module")
        return super().media + forms.Media(js=[script])

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.paste))
        return [path("paste/", view, name=NAME), *super().get_urls()]

    def paste(self, request: HttpRequest) -> HttpResponse:
        """Answer with `text` in the body's format, and `warnings` about parts that were left out.

        `blocks` is true if the text is more than a part of a paragraph, and needs empty lines
        around. Text that cannot be read is refused with 400 and the reason as `detail`: the script
        then pastes the plain text.
        """
        if not any(may(request.user, verb) for verb in WRITES):
            return JsonResponse({"detail": gettext("You may not write articles.")}, status=403)
        form = PasteForm(request.POST)
        if not form.is_valid():
            said = [str(sentence) for errors in form.errors.values() for sentence in errors]
            return JsonResponse({"detail": " ".join(said)}, status=400)
        try:
            body = read_pasted(form.cleaned_data["html"])
            text = as_text(body.tree, form.cleaned_data["body_format"])
        except TooCostly as error:
            words = gettext("The pasted text %(why)s") % {"why": error.message.shown()}
            return JsonResponse({"detail": words}, status=400)
        warnings = [each.shown() for each in body.warnings]
        return JsonResponse({"text": text, "blocks": is_blocks(body.tree), "warnings": warnings})


def paste_attributes() -> dict[str, Any]:
    """Return the attributes of the text's field that the script reads."""
    said = {f"data-paste-{name}": str(words) for name, words in WORDS.items()}
    return {"data-paste": reverse(f"admin:{NAME}"), **said}
