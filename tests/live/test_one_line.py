import logging

import pytest
from django.test import override_settings

from stoppress.live.one_line import (
    LINE_CHARS,
    TRACEBACK_CHARS,
    OneLine,
    is_a_fault,
    one_line,
)

FORMAT = OneLine("{levelname} {name}: {message}", style="{")


def record(message="it is so", *arguments, name="site", level=logging.ERROR, error=None, **more):
    info = (type(error), error, error.__traceback__) if error is not None else None
    made = logging.getLogger(name).makeRecord(name, level, __file__, 1, message, arguments, info)
    vars(made).update(more)
    return made


def raised(words):
    try:
        raise ValueError(words)
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "said",
    ["a\nERROR root: forged", "a\r\nb", "a\x1b[2Jb", "a\x00b", "a\u2028b", "a\u202eb", "a\x85b"],
)
def test_text_of_a_client_cannot_start_a_line_or_move_the_cursor(said):
    text = FORMAT.format(record("at %s", said))
    assert text.isprintable() and text.startswith("ERROR site: at a")


def test_a_line_is_cut():
    text = FORMAT.format(record("at %s", "x" * 10_000))
    assert len(text) == LINE_CHARS and text.endswith("…")


def test_a_value_that_is_not_text_is_written_too():
    assert FORMAT.format(record("at %s", "\udcff")) == "ERROR site: at \\udcff"


def test_an_internal_error_is_logged_with_its_place():
    text = FORMAT.format(record(error=raised("why")))
    assert "ValueError: why" in text and "in raised" in text


@pytest.mark.parametrize(
    "refused",
    [
        {"name": "django.security.DisallowedHost", "status_code": 400},
        {"name": "django.request", "status_code": 404},
        {"name": "django.request", "level": logging.WARNING},
    ],
)
def test_a_refusal_is_logged_without_traceback(refused):
    assert "\n" not in FORMAT.format(record(error=raised("why"), **refused))


def test_no_line_of_a_traceback_can_pass_for_another():
    text = FORMAT.format(record(error=raised("why\n2026-01-01 ERROR root: forged\x1b[2J")))
    first, *below = text.split("\n")
    assert first == "ERROR site: it is so"
    assert all(line.startswith("    ") and line.isprintable() for line in below)


def test_a_long_traceback_loses_its_middle():
    text = FORMAT.format(record(error=raised("x" * 10**6)))
    assert len(text) < 2 * TRACEBACK_CHARS and "left out" in text
    assert "Traceback (most recent call last)" in text


def test_other_handlers_still_get_the_whole_record():
    made = record("at %s", "a\nb", error=raised("why"))
    FORMAT.format(made)
    assert made.exc_text is None and made.getMessage() == "at a\nb"
    assert "Traceback" in logging.Formatter().format(made)


def test_an_escape_makes_no_line_longer():
    assert len(one_line("\0" * 10 * LINE_CHARS)) == LINE_CHARS


def test_a_status_that_is_not_a_number_is_no_refusal():
    assert is_a_fault(record(status_code=None))


def test_a_time_is_in_utc_whatever_the_zone_of_the_process():
    made = record()
    made.created, made.msecs = 0.0, 0.0
    with override_settings(TIME_ZONE="Asia/Kathmandu"):  # Django sets the process's zone
        line = OneLine("{asctime} {message}", style="{").format(made)
    assert line == "1970-01-01 00:00:00,000 it is so"
