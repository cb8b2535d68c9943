"""`read_date`: parses a date exactly or not at all, as the table in the documents says."""

import re
from pathlib import Path

import pytest

from stoppress.ingest.dates import ZONES, read_date
from tests.effort import no_more_cpu_than

TABLE = {
    "Mon, 05 Jan 2026 10:00:00 +0100": "2026-01-05T09:00:00Z",
    "5 Jan 26 10:00 Z": "2026-01-05T10:00:00Z",
    "05-Jan-2026 10:00:00": "2026-01-05T10:00:00Z",
    "Mon, 05 January 2026": "2026-01-05T00:00:00Z",
    "January 5, 2026 10:00 PM EST": "2026-01-06T03:00:00Z",
    "Mon, 05 Jan 2026 10:00:00 PM +0100": "2026-01-05T21:00:00Z",
    "Mon Jan 05 2026 10:00:00 GMT+0200 (CEST)": "2026-01-05T08:00:00Z",
    "Mon Jan  5 10:00:00 UTC 2026": "2026-01-05T10:00:00Z",
    "2026-01-05T10:00:00.1234567+02:00": "2026-01-05T08:00:00Z",
    "2026-01-05 10:00:00 UTC": "2026-01-05T10:00:00Z",
    "2026/1/5 15:07:41": "2026-01-05T15:07:41Z",
    "2026-01-05": "2026-01-05T00:00:00Z",
    "20260105T100000Z": "2026-01-05T10:00:00Z",
    "2026-W02-1T10:00Z": "2026-01-05T10:00:00Z",
    "2026-005": "2026-01-05T00:00:00Z",
    "2026-01-05T24:00:00Z": "2026-01-06T00:00:00Z",
    "2026-06-30T23:59:60Z": "2026-07-01T00:00:00Z",
    "Sat, 27 Jun 2026 08:15:00 CEST": "2026-06-27T06:15:00Z",
    "Sat, 27 Jun 2026 08:15:00 EDT": "2026-06-27T12:15:00Z",
    "Fr, 06 Jan 2017 11:46:00 +0000": "2017-01-06T11:46:00Z",
    "until 06 Jan 2017 11:46:00 +0000": "missing",
    "Mon, 05 Jan 2026 10:00:00 +0100 EST": "missing",
    "Mon, 05 Jan 2026 10:00:00 +0100 PM": "missing",
    "05/01/2026 10:00": "missing",
    "05.01.2026 10:00": "missing",
    "Mon, 05 Jan 2026 10:00:00 IST": "missing",
    "Mon, 05 Jan 2026 10:00:00 A": "missing",
    "Mon, 05 Jan 2026 10:00:00 +2500": "missing",
    "Mon, 05 Jan 2026 25:00:00 GMT": "missing",
    "Mon, 30 Feb 2026 10:00:00 GMT": "missing",
    "5 janvier 2026 10:00": "missing",
    "Mon, 05 Jan 2569 10:00:00 +0700": "missing",
    "2026-01": "missing",
    "2026-01-05T10": "missing",
    "1767607200": "missing",
    "yesterday": "missing",
}
DOCS = (Path(__file__).parents[2] / "docs" / "ingest.md").read_text()


def test_fractions_of_a_second_are_read_to_the_millionth() -> None:
    for form in ("2026-01-05T10:00:00{}Z", "Mon, 05 Jan 2026 10:00:00{} GMT", "20260105T100000{}Z"):
        read = [read_date(form.format(said)) for said in ("", ".000001", ",1", ".1000009", ".9")]
        assert [moment.microsecond for moment in read if moment] == [
            0,
            1,
            100_000,
            100_000,
            900_000,
        ]


def said(text: str) -> str:
    moment = read_date(text)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else "missing"


@pytest.mark.parametrize("text", TABLE)
def test_dates_are_read_as_in_the_table(text: str) -> None:
    assert said(text) == TABLE[text]


def test_the_documents_have_the_same_table() -> None:
    assert dict(re.findall(r"^\| `([^`]+)` \| (missing|\d{4}-\S+Z) \|", DOCS, re.M)) == TABLE


def test_the_documents_name_every_zone() -> None:
    (line,) = re.findall(r"^Zones by name: ([A-Z, ]+)\.", DOCS, re.M)
    assert line.lower().split(", ") == list(ZONES)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("  Mon , 5  Jan 2026 \n 9:05 GMT ", "2026-01-05T09:05:00Z"),
        ("Mon,05 Jan 2026 10:00 UT", "2026-01-05T10:00:00Z"),
        ("Monday, 05-Jan-26 10:00:00 GMT", "2026-01-05T10:00:00Z"),
        ("05 Sept 1999 10:00:00 GMT", "1999-09-05T10:00:00Z"),
        ("05 Jan 50 10:00:00 GMT", "1950-01-05T10:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 gmt", "2026-01-05T10:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 -0000", "2026-01-05T10:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 UTC+2", "2026-01-05T08:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 GMT-03:30", "2026-01-05T13:30:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 +0200 (CEST)", "2026-01-05T08:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 (CET)", "2026-01-05T09:00:00Z"),
        ("Mon, 05 Jan 2026 10:00:00 (here)", "missing"),
        ("2026-01-05 10:00:00 +0000 UTC", "2026-01-05T10:00:00Z"),
        ("2026-01-05T10:00:00-05", "2026-01-05T15:00:00Z"),
        ("2026-01-05t10:00:00z", "2026-01-05T10:00:00Z"),
        ("2026-01-05T10:00:00,5Z", "2026-01-05T10:00:00Z"),
        ("2026-01-05T10:00:00\u221205:00", "2026-01-05T15:00:00Z"),
        ("2026-01-05+02:00", "2026-01-04T22:00:00Z"),
        ("2026.1.5 10:00", "2026-01-05T10:00:00Z"),
        ("20260105", "2026-01-05T00:00:00Z"),
        ("20260105100000", "2026-01-05T10:00:00Z"),
        ("2026W021", "2026-01-05T00:00:00Z"),
        ("2024-366", "2024-12-31T00:00:00Z"),
        ("Mon, 05 Jan 2026 12:00 AM", "2026-01-05T00:00:00Z"),
        ("Mon, 05 Jan 2026 12:00 p.m.", "2026-01-05T12:00:00Z"),
        ("Mon, 05 Jan 2026 22:00:00 PM GMT", "2026-01-05T22:00:00Z"),
        ("January 5th 2026", "missing"),
        ("Mon 05 Jan 2026 10:00 GMT", "2026-01-05T10:00:00Z"),
        ("Thurs. 05 Jan 2026 10:00 GMT", "2026-01-05T10:00:00Z"),
        ("mandag, 05 Jan 2026 10:00 GMT", "2026-01-05T10:00:00Z"),
        ("Jan, 5 2026 10:00 GMT", "2026-01-05T10:00:00Z"),
        ("2026-01-05 10:00:00 +0530 IST", "2026-01-05T04:30:00Z"),
        ("2026-01-05 10:00:00 +0200 (GMT+2)", "2026-01-05T08:00:00Z"),
        ("2026-01-05 10:00:00 +0200 (Eastern European Time)", "2026-01-05T08:00:00Z"),
        ("2026-01-05 10:00:00 +0530 (IST)", "2026-01-05T04:30:00Z"),
    ],
)
def test_the_same_forms_may_be_written_in_other_ways(text: str, moment: str) -> None:
    assert said(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "2026", "10:00", "13/01/2026", "1/5/26", "26-01-05", "2026-13-05", "2026-00-10"),
        *("2026-02-29", "2025-366", "2026-W54-1", "2026-W02-8", "2026-005-1", "2026-1/5"),
        *("2026-01-05T24:00:01Z", "2026-01-05T10:60Z", "2026-01-05T10:00:61Z", "2026-01-05 1000"),
        *("Mon, 05 Jan 2026 13:00 AM", "Mon, 05 Jan 2026 0:30 PM", "Mon, 05 Jan 2026 10:00 XM"),
        *("Mon, 05 Jan 2026 10:00 EST5EDT", "Mon, 05 Jan 2026 10:00 AST"),
        *("Mon, 05 Jan 2026 10:00 +130", "Mon, 05 Jan 2026 10:00 Z+0200", "05 Jan 2026 at ten"),
        *("Mon, 05 Jan 2026 10:00 Europe/Berlin", "Mon, 05 Jan 026 10:00 GMT", "5 Mai 2026"),
        *("0001-01-01T00:00:00Z", "1899-12-31", "2200-01-01", "9999-12-31T24:00Z", "1447-07-16"),
        *(
            "٢٠٢٦-٠١-٠٥",
            "2026年1月5日 10:00",
            "5 janv. 2026",
            "2026-01-05T10:00:00Z" + " " * 99 + "x",
        ),
    ],
)
def test_an_ambiguous_date_is_rejected(text: str) -> None:
    assert said(text) == "missing"


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-05 10:00:00 +0000 pm", "2026-01-05 10:00:00 +0000 noon", "+0100 PM, 2026-01-05"),
        *("PM 05 Jan 2026 10:00", "PM, 05 Jan 2026 10:00", "tomorrow 05 Jan 2026", "on 5 Jan 2026"),
        *("before 05 Jan 2026", "x 05 Jan 2026", "Mon, 05 Jan 2026 10:00 +0200 (EST)"),
        *("Mon, 05 Jan 2026 (10:00 PM) GMT", "Mon, 05 Jan 2026 (10:00) GMT"),
        *("Mon, 05 Jan 2026 10:00:00 GMT (PM)", "Mon, 05 Jan 2026 10:00:00 +0100 (P.M.)"),
        *("Mon, 05 Jan 2026 10:00:00 +0100 (a) (b)", "Mon, 05 Jan 2026 10:00:00 (CET) +0100"),
        *("Mon, 05 Jan 2026 10:00:00 +0100 (9:00)", "Mon, 05 Jan 2026 10:00:00 +0100 GMT"),
    ],
)
def test_a_date_with_two_times_or_other_text_is_rejected(text: str) -> None:
    assert said(text) == "missing"


@pytest.mark.parametrize(
    "text", ["1" * 100, "Mon " * 25, "2026-01-05T10:00:00" + "(" * 80, ", " * 50]
)
def test_any_text_is_read_in_bounded_time(text: str) -> None:
    with no_more_cpu_than(1):
        for _ in range(100):
            assert said(text) == "missing"
        assert said("1" * 1_000_000) == "missing"
