"""Orders in addresses."""

import re
from datetime import datetime

from django.urls.converters import StringConverter

_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"


class Order(StringConverter):
    """The order of an article (its rank and its place) or of a post (when it happened, too)."""

    # A post has none of its own time while it is as a process of the previous release has published
    # it, until the worker gives it one.
    regex = f"[0-3]-{_TIME}(?:-{_TIME})?"

    def to_python(self, value: str) -> str:
        """Refuse a day or an hour that does not exist, by ValueError: the answer is 404."""
        for time in re.findall(_TIME, value):
            datetime.fromisoformat(time)
        return value
