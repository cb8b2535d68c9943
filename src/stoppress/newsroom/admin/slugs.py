"""The form of what has a name and a slug: an empty slug is made from the name."""

from typing import Any

from django.utils.text import slugify

from stoppress.newsroom.models import Section

from .once import OnceForm

LONGEST: int = Section._meta.get_field("slug").max_length or 0


class SlugForm(OnceForm):
    """A form whose slug may be left empty. The admin's script fills it while the name is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slug = self.fields.get("slug")  # it is read-only once the row is made
        if slug is not None:
            slug.required = False
            slug.help_text = f"{slug.help_text} If empty, it is made from the name."

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        said = self.cleaned_data
        if "slug" in said and not said["slug"] and said.get("name"):
            said["slug"] = slug_of(said["name"])
            if not said["slug"]:
                self.add_error("slug", "The name has no letter a–z and no digit: type a slug.")
        return said


def slug_of(name: str) -> str:
    """Return a slug for a name, such as `zurich-strasse` for `Zürich Straße`.

    Empty if the name has no letter a–z, with or without an accent, and no digit.
    """
    # `casefold` turns ß into ss, where `slugify` would leave it out.
    return slugify(name.casefold()).replace("_", "-")[:LONGEST].strip("-")
