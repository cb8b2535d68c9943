"""A URL path converter for orders."""

import re
from datetime import datetime

from django.urls.converters import StringConverter

_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"


class Order(StringConverter):
    """The order of an article (rank and place) or of a post (also the time of the event)."""

    # A post that a process of the previous release has published has no time of its event, until
    # the worker adds it.
    regex = f"[0-3]-{_TIME}(?:-{_TIME})?"

    def to_python(self, value: str) -> str:
        """Raise ValueError for a day or an hour that does not exist: the answer is 404."""
        for time in re.findall(_TIME, value):
            datetime.fromisoformat(time)
        return value
