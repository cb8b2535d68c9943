"""The form of an object with a name and a slug: an empty slug is made from the name."""

import unicodedata
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext

from stoppress.newsroom.models import Section

from .once import OnceForm

# Latin letters that do not consist of a plain letter and an accent.
LATIN = str.maketrans(
    {"æ": "ae", "ð": "d", "đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "œ": "oe", "þ": "th"}
)
LONGEST: int = Section._meta.get_field("slug").max_length or 0


class SlugForm(OnceForm):
    """A form whose slug may be left empty. The admin's script fills it while the name is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slug = self.fields.get("slug")  # it is read-only once the row is made
        if slug is not None:
            slug.required = False
            made = gettext("If empty, it is made from the name.")
            slug.help_text = f"{slug.help_text} {made}"

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        said = self.cleaned_data
        if "slug" in said and not said["slug"] and said.get("name"):
            said["slug"] = slug_of(said["name"])
            if not said["slug"]:
                words = gettext(
                    "No slug of letters a–z and digits can be made from the name: type a slug."
                )
                self.add_error("slug", words)
        return said


def slug_of(name: str) -> str:
    """Return a slug for a name, such as `zurich-strasse` for `Zürich Straße`.

    Empty if a letter or digit of the name has no counterpart among a–z and 0–9, or if it has none.
    """
    # `casefold` turns ß into ss. `slugify` takes accents off, and leaves other letters out.
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LATIN))
    if any(each.isalnum() and not each.isascii() for each in plain):
        return ""
    return slugify(plain).replace("_", "-")[:LONGEST].strip("-")
