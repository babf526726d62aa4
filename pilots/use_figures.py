"""What the page about amount of use shows."""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Final

from django.utils.safestring import SafeString

from pilots.charts import amount, bars, by_day, picture
from pilots.drawing import both_variants
from pilots.models import Pilot
from pilots.reports import UseByDay, use_of

SHOWN: Final = timedelta(weeks=12)
FOUR_WEEKS: Final = timedelta(weeks=4)
WORDS: Final = {"outputs": "outputs", "active_users": "active users"}


@dataclass(frozen=True)
class Seen:
    """`finding`: the heading of the picture. `days`: what it shows, the newest first."""

    finding: str
    drawn: SafeString
    unit: str
    days: list[tuple[date, int]]
    last: date


def seen_of(pilot: Pilot, today: date) -> Seen | None:
    """None where nothing was recorded in the last twelve weeks."""
    days = use_of(pilot, first=today - SHOWN)[None]
    for figure, unit in WORDS.items():
        known = figures(days, figure)
        if known:
            finding = finding_of(known, unit, today)
            rows = [{"day": day.isoformat(), "n": n} for day, n in sorted(known.items())]
            layers = [bars(by_day(), amount("n", f"{unit} a day"))]
            drawn = picture(finding, f"{unit.capitalize()} by day over twelve weeks, as bars.", layers, rows)
            return Seen(finding, both_variants(drawn, "use"), unit, sorted(known.items(), reverse=True), max(known))
    return None


def figures(days: UseByDay, figure: str) -> dict[date, int]:
    return {day: value for day, use in days.items() if (value := getattr(use, figure)) is not None}


def finding_of(known: dict[date, int], unit: str, today: date) -> str:
    """Days without use are left out: a week has as many of them as it has."""
    late = [n for day, n in known.items() if n and day > today - FOUR_WEEKS]
    early = [n for day, n in known.items() if n and today - 2 * FOUR_WEEKS < day <= today - FOUR_WEEKS]
    if not late:
        return f"No {unit} in the last four weeks"
    finding = f"About {fmean(late):,.0f} {unit} on a day of use in the last four weeks"
    if not early:
        return finding
    change = fmean(late) / fmean(early) - 1
    if abs(change) < 0.05:
        return f"{finding}, as many as in the four before"
    return f"{finding}, {abs(change) * 100:.0f} % {'more' if change > 0 else 'fewer'} than in the four before"
