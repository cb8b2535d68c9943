"""Days and months in addresses."""

from datetime import date, datetime


class Day:
    """A day of the years 1000 to 2999: `2026/11/22`."""

    regex = "[12][0-9]{3}/[0-9]{2}/[0-9]{2}"
    _manner = "%Y/%m/%d"

    def to_python(self, value: str) -> date:
        """Refuse a day that does not exist, by ValueError: the answer is 404."""
        return datetime.strptime(value, self._manner).date()

    def to_url(self, value: date) -> str:
        return value.strftime(self._manner)


class Month(Day):
    """A month, as its first day: `2026/11`."""

    regex = "[12][0-9]{3}/[0-9]{2}"
    _manner = "%Y/%m"
