"""Banking days of the euro: the T2 calendar of the European Central Bank."""

from datetime import date, timedelta

_FIXED = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})


def is_banking_day(day: date) -> bool:
    """Neither a weekend nor 1 January, Good Friday, Easter Monday, 1 May, 25 or 26 December."""
    easter = easter_sunday(day.year)
    closed = {easter - timedelta(days=2), easter + timedelta(days=1)}
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED and day not in closed


def banking_day_after(day: date) -> date:
    """The first banking day after a day."""
    following = day + timedelta(days=1)
    while not is_banking_day(following):
        following += timedelta(days=1)
    return following


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar (the anonymous algorithm: Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * ell) // 433
    month = (h + ell - 7 * m + 90) // 25
    return date(year, month, (h + ell - 7 * m + 33 * month + 19) % 32)
