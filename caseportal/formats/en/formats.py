"""Dates in English, everywhere in the back office: `27 Nov 2026, 14:05`."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
