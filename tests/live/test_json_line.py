import json
import logging
from datetime import UTC, datetime

from stoppress.live.json_line import JsonLine
from stoppress.live.one_line import LINE_CHARS, TRACEBACK_CHARS

from .test_one_line import raised, record


def json_of(made: logging.LogRecord) -> dict[str, object]:
    """Return a record's object, which is one line of ASCII."""
    line = JsonLine().format(made)
    assert line.isascii() and line.isprintable()
    found: dict[str, object] = json.loads(line)
    return found


def test_a_record_is_an_object_with_its_time_in_utc():
    made = record("at %s", "noon")
    made.created = datetime(2026, 11, 22, 9, 0, 0, 250_000, UTC).timestamp()
    assert json_of(made) == {
        "time": "2026-11-22T09:00:00.250Z",
        "level": "ERROR",
        "logger": "site",
        "message": "at noon",
    }


def test_the_message_has_the_bounds_of_a_line():
    assert json_of(record("a\nb\u202ec"))["message"] == r"a\nb\u202ec"
    assert len(str(json_of(record("x" * 10_000))["message"])) == LINE_CHARS


def test_a_traceback_is_a_text_and_only_of_a_fault_of_our_own():
    trace = str(json_of(record(error=raised("why\x1b[2J")))["traceback"])
    assert "in raised\n" in trace and trace.endswith(r"ValueError: why\x1b[2J")
    assert (
        len(str(json_of(record(error=raised("x" * 20_000)))["traceback"])) < TRACEBACK_CHARS + 100
    )
    assert "traceback" not in json_of(record(error=raised("why"), status_code=400))


def test_a_request_and_fields_are_beside_the_message():
    found = json_of(record(request_id="4f", fields={"status": 200, "bytes": None}))
    assert (found["request_id"], found["status"], found["bytes"]) == ("4f", 200, None)


def test_a_message_that_its_arguments_do_not_fit_is_written_all_the_same():
    assert json_of(record("%d of %d", "one"))["message"] == "%d of %d"
