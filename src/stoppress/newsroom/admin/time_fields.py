"""A form field for a moment, written as the date and time on the editor's clock."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.contrib.admin.widgets import (
    AdminSplitDateTime,
    BaseAdminDateWidget,
    BaseAdminTimeWidget,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from stoppress.live.clock import database_time
from stoppress.newsroom.local_time import exists, in_zone, meanings, shown
from stoppress.newsroom.times import offset_name
from stoppress.newsroom.zones import known_zone

# Places of the four values that a form sends: the zone is the one in which the form was served.
DATE, TIME, MEANT, ZONE = range(4)
HALF_A_DAY = timedelta(hours=12)
# A time of day without its colon: `1350`, `13.50`, or an hour alone.
IN_A_HURRY = re.compile(r"([01]?[0-9]|2[0-3])(?:\.?([0-5][0-9]))?")


class MomentWidget(AdminSplitDateTime):
    """Date and time, and a choice if they mean two moments.

    It carries the zone in which it was served: the editor may choose another one meanwhile.
    """

    template_name = "admin/newsroom/moment.html"

    def __init__(self, attrs: Any = None) -> None:
        meant = forms.RadioSelect(attrs={"class": "radiolist"})
        widgets: list[Any] = [BaseAdminDateWidget, BaseAdminTimeWidget, meant, forms.HiddenInput]
        forms.MultiWidget.__init__(self, widgets, attrs)

    def decompress(self, value: Any) -> Any:
        zone: tzinfo = timezone.get_current_timezone()
        if not value:
            return [None, None, "", _key(zone)]
        zone = in_zone(value, zone).tzinfo or zone
        return [*as_typed(value, zone), _key(zone)]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        values = super().value_from_datadict(data, files, name)
        if found := IN_A_HURRY.fullmatch((values[TIME] or "").strip()):
            hour, minute = found.groups("00")
            values[TIME] = f"{int(hour):02}:{minute}"
        return values

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        values = value if isinstance(value, list | tuple) else self.decompress(value)
        values = [*values, "", "", "", ""][:4]
        zone = _zone(values[ZONE])
        choice: Any = self.widgets[MEANT]
        choice.choices = choices(_typed(values), zone)
        values[ZONE] = _key(zone)
        context = super().get_context(name, values, attrs)
        return {**context, "zone": _key(zone), "asks": bool(choice.choices)}


class PastMomentWidget(MomentWidget):
    """The same for a past event: a time of day needs no date."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        values = super().value_from_datadict(data, files, name)
        if values[TIME] and not values[DATE]:
            values[DATE] = day_meant(values[TIME], database_time(), _zone(values[ZONE]))
        return values


class MomentField(forms.SplitDateTimeField):
    """A moment in the editor's zone. It asks for a choice if a time has two meanings."""

    widget = MomentWidget
    default_error_messages = {
        **forms.SplitDateTimeField.default_error_messages,
        "twice": gettext_lazy(
            "This time comes twice in %(zone)s: the clock is put back then. Choose which one you "
            "mean."
        ),
        "never": gettext_lazy(
            "This time does not exist in %(zone)s: the clock is put forward then. Choose which one "
            "you mean."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        # Django's hidden fields for a time with a default have no zone.
        super().__init__(**kwargs | {"show_hidden_initial": False})
        self._zone: tzinfo = timezone.get_default_timezone()
        self._meant = ""

    def clean(self, value: Any) -> datetime | None:
        values = [*(value or ()), "", "", "", ""]
        self._zone, self._meant = _zone(values[ZONE]), values[MEANT]
        # The choice is not required, because almost no time needs one.
        cleaned: datetime | None = super().clean(values[:MEANT])
        return cleaned

    def compress(self, data_list: Any) -> datetime | None:
        if not data_list or all(part in self.empty_values for part in data_list):
            return None
        if data_list[DATE] in self.empty_values:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        if data_list[TIME] in self.empty_values:
            raise ValidationError(self.error_messages["invalid_time"], code="invalid_time")
        local = datetime.combine(data_list[DATE], data_list[TIME])
        try:
            found = meanings(local, self._zone)
        except OverflowError:
            raise ValidationError(
                self.error_messages["invalid_date"], code="invalid_date"
            ) from None
        chosen = [each for each in found if len(found) == 1 or each.isoformat() == self._meant]
        if chosen:
            return chosen[0].astimezone(UTC)
        code = "twice" if exists(local, self._zone) else "never"
        told = {"zone": _key(self._zone)}
        raise ValidationError(self.error_messages[code], code=code, params=told)

    def has_changed(self, initial: Any, data: Any) -> bool:
        values = [*(data or ()), "", "", "", ""]
        known = as_typed(initial, _zone(values[ZONE])) if initial else ["", "", ""]
        if super().has_changed(known[:MEANT], values[:MEANT]):
            return True
        return bool((values[MEANT] or "") != known[MEANT])


def day_meant(clock: str, now: datetime, zone: tzinfo) -> str:
    """Return the day of a time of day without a date, as a form has it.

    It is today, or yesterday if the time is more than 12 hours ahead: at 00:10, `23:50` is
    yesterday's. A time a minute ahead of the clock stays today's, even if it is then refused.
    Empty if the text is not a time of day.
    """
    try:
        typed = forms.TimeField().clean(clock)
    except ValidationError:
        return ""
    here = now.astimezone(zone).replace(tzinfo=None)
    ahead = datetime.combine(here.date(), typed) - here
    return (here.date() - timedelta(days=1 if ahead > HALF_A_DAY else 0)).isoformat()


def as_typed(moment: datetime, zone: tzinfo) -> list[Any]:
    """Return a moment as a form has it: date, time, and the choice between two moments, if any."""
    moment = moment.replace(microsecond=0)
    local = shown(moment, zone)
    found = meanings(local, zone)
    meant = [each.isoformat() for each in found if each == moment] if len(found) > 1 else [""]
    return [local.date(), local.time(), meant[0]]


def choices(local: datetime | None, zone: tzinfo) -> list[tuple[str, str]]:
    """Return the two moments that a local time may mean, in words; nothing if it means one."""
    try:
        found = meanings(local, zone) if local else []
    except OverflowError:
        found = []
    if local is None or len(found) < 2:
        return []
    if exists(local, zone):
        words = (
            gettext("%(time)s, before the clock is put back (%(offset)s)"),
            gettext("%(time)s, after the clock is put back (%(offset)s)"),
        )
    else:
        words = (gettext("%(time)s (%(offset)s)"),) * 2
    return [
        (each.isoformat(), said % _in_words(each, zone))
        for each, said in zip(found, words, strict=True)
    ]


def _in_words(moment: datetime, zone: tzinfo) -> dict[str, str]:
    here = in_zone(moment, zone)
    return {
        "time": date_format(here, "SHORT_DATE_FORMAT") + f" {here:%H:%M}",
        "offset": offset_name(here),
    }


def _typed(values: list[Any]) -> datetime | None:
    """Return the date and time of a form's texts or values; None if one is missing or invalid."""
    try:
        day: date | None = forms.DateField(required=False).clean(values[DATE])
        clock: time | None = forms.TimeField(required=False).clean(values[TIME])
    except ValidationError:
        return None
    return None if day is None or clock is None else datetime.combine(day, clock)


def _zone(name: Any) -> tzinfo:
    """Return the zone of a form; UTC without a name: it is a form of the previous release."""
    if not name or not isinstance(name, str):
        return UTC
    return known_zone(name) or timezone.get_current_timezone()


def _key(zone: tzinfo) -> str:
    return str(getattr(zone, "key", zone))
