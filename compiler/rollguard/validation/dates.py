"""Days that no calendar has, such as the 31st of November."""

from __future__ import annotations

import calendar
import datetime

from rollguard.validation.part import Part


def check(day: Part | None) -> None:
    """A date that has the right form must be a day of the calendar."""
    if day is None or not isinstance(day.value, str):
        return
    try:
        datetime.date.fromisoformat(day.value)
    except ValueError:
        day.error("S101", f"`{day.value}` is no day of the calendar", _cure(day.value))


def _cure(text: str) -> str:
    year, month, _ = (int(part) for part in text.split("-"))
    if not 1 <= month <= 12:
        return "months go from 01 to 12, after the year"
    if year == 0:
        return "years begin with 0001"
    days = calendar.monthrange(year, month)[1]
    return f"{calendar.month_name[month]} {year} has {days} days"
