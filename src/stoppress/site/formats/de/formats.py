"""German: `22. November 2026, 09:00 Uhr UTC`, as on the public pages."""

DATETIME_FORMAT = r"j. F Y, H:i \U\h\r T"
SHORT_DATETIME_FORMAT = "d.m.Y, H:i T"
