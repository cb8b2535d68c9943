"""The language and the time zone in which a stream's items are rendered."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple
from zoneinfo import available_timezones

from django.conf import settings
from django.utils import timezone, translation


def find_zone(name: str) -> str | None:
    """Return a time zone's name; it may be written as in a stream's name, `europe-oslo`."""
    return _zones().get(_in_a_stream(name))


@cache
def _zones() -> dict[str, str]:
    return {_in_a_stream(name): name for name in available_timezones()}


def _in_a_stream(name: str) -> str:
    return name.lower().replace("/", "-")


class Locale(NamedTuple):
    """The language and the time zone in which a stream's items are rendered."""

    language: str
    time_zone: str

    @classmethod
    def of_the_site(cls) -> "Locale":
        """Return the locale of the settings."""
        return cls(settings.LANGUAGE_CODE, settings.TIME_ZONE)

    @classmethod
    def known(cls, language: str | None, time_zone: str | None) -> "Locale":
        """Return a locale; an unknown language or time zone is replaced by the site's.

        Anyone may ask for a stream in any language, and Django would cache a catalogue for each.
        """
        site = cls.of_the_site()
        if not language or not translation.check_for_language(language):
            language = site.language
        return cls(language, (time_zone and find_zone(time_zone)) or site.time_zone)

    @contextmanager
    def active(self) -> Iterator[None]:
        """Activate language and time zone in the block."""
        with translation.override(self.language), timezone.override(self.time_zone):
            yield
