"""The language and the time zone in which a stream's items are rendered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone, translation


class Locale(NamedTuple):
    """The language and the time zone in which a stream's items are rendered."""

    language: str
    time_zone: str

    @classmethod
    def of_the_site(cls) -> "Locale":
        """Return the settings' own."""
        return cls(settings.LANGUAGE_CODE, settings.TIME_ZONE)

    @contextmanager
    def active(self) -> Iterator[None]:
        """Activate them in the block."""
        with translation.override(self.language), timezone.override(self.time_zone):
            yield
