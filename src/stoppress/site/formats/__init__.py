"""The formats of dates and times, by language; Django reads them for the admin."""
