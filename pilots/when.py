"""Dates and moments in words: absolute first, the relative in brackets."""

import datetime as dt


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def days_apart(days: int) -> str:
    """`days` after today (before it when negative), in words."""
    if days == 0:
        return "today"
    if abs(days) == 1:
        return "tomorrow" if days > 0 else "yesterday"
    distance = abs(days)
    if distance < 14:
        words = _count(distance, "day")
    elif distance < 60:
        words = _count(distance // 7, "week")
    elif distance < 730:
        words = _count(distance * 12 // 365, "month")
    else:
        words = _count(distance // 365, "year")
    return f"in {words}" if days > 0 else f"{words} ago"


def moment_apart(moment: dt.datetime, at: dt.datetime, zone: dt.tzinfo) -> str:
    """How far `moment` is from `at`: by the clock within 12 hours, else by the reader's calendar."""
    seconds = (moment - at).total_seconds()
    distance = abs(seconds)
    if distance < 60:
        return "just now"
    if distance < 12 * 3600:
        words = _count(int(distance // 60), "minute") if distance < 3600 else _count(int(distance // 3600), "hour")
        return f"in {words}" if seconds > 0 else f"{words} ago"
    return days_apart((moment.astimezone(zone).date() - at.astimezone(zone).date()).days)


def length_in_words(length: dt.timedelta) -> str:
    """How long something took."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return _count(minutes, "minute")
    return _count(minutes // 60, "hour") if minutes < 72 * 60 else _count(minutes // (24 * 60), "day")


def day_in_words(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"


def moment_in_words(moment: dt.datetime, zone: dt.tzinfo) -> str:
    local = moment.astimezone(zone)
    return f"{day_in_words(local.date())}, {local:%H:%M}"
