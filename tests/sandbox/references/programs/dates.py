"""Calendars and dates, with the zones that need no data file."""

import calendar
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def fridays_the_13th(year: int) -> list[str]:
    days = [date(year, month, 13) for month in range(1, 13)]
    return [day.isoformat() for day in days if day.weekday() == calendar.FRIDAY]


def business_days(start: date, end: date) -> int:
    days = (start + timedelta(n) for n in range((end - start).days))
    return sum(day.weekday() < 5 for day in days)


def age(born: str, today: str) -> int:
    a, b = date.fromisoformat(born), date.fromisoformat(today)
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def abroad(moment: str, hours: float) -> str:
    utc = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return utc.astimezone(timezone(timedelta(hours=hours))).isoformat()


def unknown_zone() -> str:
    try:
        return str(ZoneInfo("Nowhere/At_All"))
    except ZoneInfoNotFoundError:
        return "no such zone"


def today_is_after(text: str) -> bool:
    now = datetime.now()
    return datetime.now(UTC).year >= 2024 and now > datetime.strptime(text, "%d %b %Y")


# tests
assert fridays_the_13th(2026) == ["2026-02-13", "2026-03-13", "2026-11-13"]
assert business_days(date(2024, 1, 1), date(2024, 1, 15)) == 10
assert age("2000-02-29", "2024-02-28") == 23
assert abroad("2024-01-01T22:00:00", 5.5) == "2024-01-02T03:30:00+05:30"
assert unknown_zone() == "no such zone"
assert today_is_after("01 Jan 2020")
assert calendar.monthrange(2024, 2) == (3, 29)
assert calendar.month(2024, 2).splitlines()[0].strip() == "February 2024"
