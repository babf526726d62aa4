"""What each figure is called, which question it answers, which way is good, and how it misleads.

After the dictionary of metrics: a code is that of a metric, with a dot and what is told apart after it. “success” is
what forecasts are made of.
"""

from typing import Final

from pilots.stats.metrics.catalogue_of_evidence import EVIDENCE
from pilots.stats.metrics.catalogue_of_rollout import ROLLOUT
from pilots.stats.metrics.figure import About, Better

_CURATED = "Curated cases with help at hand go better than what comes in every day."
_MEANS = "A mean hides a losing minority: look at the share of users who lose time."
_BESIDE = "Never shown without the net time beside it."
_FAILED = "Hours of those who gave up count too, not only the survivors'."
_CHECKING = "Checking counts even if nothing was wrong."
_LOW_OVERRIDES = "Low is not good: no overrides and yet errors that escape is a rubber stamp."
_BLIND = "The panel must not see which version is the tool's."
_TOLERANCE = "Only the recipient can say how many are too many."
_TICK = "A tick in a box is no evidence that anybody looked; very short checks are no checks."
_BEFORE = "Attitude must be recorded before first use: what people saw changes it."
_FLATTERS = "Raw agreement flatters where most outputs pass."
_SCOPE = "Without a written scope nothing is outside it."
_SHORT = "Under two weeks, or with expert users only, it shows little."
_SILENT = "Failures that nobody notices need tests with known ones among them."

# code, name, unit, question, better, trap: figures about people, hidden under ten of them.
_OF_PEOPLE: Final[tuple[tuple[str, str, str, str, Better, str], ...]] = (
    ("success", "Tasks done well", "%", "How often is a task done well?", "high", _CURATED),
    ("M01", "Net time per task", "min/task", "How much time does a task take less, all told?", "high", _MEANS),
    ("M01.p10", "Net time, worst tenth", "min/task", "What do the worst tenth of tasks save at most?", "high", _MEANS),
    ("M01.p90", "Net time, best tenth", "min/task", "What do the best tenth of tasks save at least?", "high", _MEANS),
    ("M01.losing", "Users who lose time", "%", "For how many people does work take longer?", "low", _MEANS),
    ("M02", "Gross time saved", "min/task", "How much faster is the work with the tool alone?", "high", _BESIDE),
    ("M02.p10", "Gross time, worst tenth", "min/task", "What do the worst tenth save at most, gross?", "high", _BESIDE),
    ("M02.p90", "Gross time, best tenth", "min/task", "What do the best tenth save at least, gross?", "high", _BESIDE),
    ("M03", "Time spent learning", "h/user-week", "What does it cost people to learn it?", "low", _FAILED),
    ("M03.left", "Learning of those who gave up", "h/user-week", "What did giving up cost?", "low", _FAILED),
    ("M04", "Time spent correcting", "%", "How much of the work is checking and mending?", "low", _CHECKING),
    ("M05", "Override rate", "%", "How often do people put the output aside?", "", _LOW_OVERRIDES),
    ("M05.edited", "Edited outputs", "%", "How often do people change the output?", "", _LOW_OVERRIDES),
    ("M08", "Review performed", "%", "Are outputs checked as they should be?", "high", _TICK),
    ("M08.minutes", "Time for a check", "min", "How long does somebody look?", "", _TICK),
    ("M08.short", "Very short checks", "%", "How many checks are too short to be one?", "low", _TICK),
    ("M09", "Sceptic–enthusiast gap", "points", "Do sceptics judge the same work otherwise?", "", _BEFORE),
    ("M09.s_bias", "Sceptics against the expert", "points", "Are sceptics too strict or lenient?", "", _BEFORE),
    ("M09.e_bias", "Enthusiasts against the expert", "points", "Are enthusiasts too lenient?", "", _BEFORE),
    ("M09.s_off", "How far sceptics are off", "points", "How far from the expert are sceptics?", "low", _BEFORE),
    ("M09.e_off", "How far enthusiasts are off", "points", "How far from it are enthusiasts?", "low", _BEFORE),
    ("M09.s_made", "Quality made by sceptics", "points", "How good is the work of sceptics?", "high", _BEFORE),
    ("M09.e_made", "Quality made by enthusiasts", "points", "How good is that of enthusiasts?", "high", _BEFORE),
    ("M11", "Out-of-scope volume", "%", "How often is it used for what it was not made for?", "", _SCOPE),
    ("M11.count", "Out-of-scope attempts", "tasks", "How many attempts were out of scope?", "", _SCOPE),
    ("M16.time", "Net time without help", "min/task", "What does the lack of help change in net time?", "high", _SHORT),
    ("M16.quality", "Quality without help", "points", "What does the lack of help change in quality?", "high", _SHORT),
    ("M27", "Exceptions", "%", "How often does the tool not give what it should?", "low", _SILENT),
    ("M27.none", "No output", "%", "How often does nothing come out?", "low", _SILENT),
    ("M27.below", "Below the bar", "%", "How often is the output not good enough?", "low", _SILENT),
    ("M27.human", "Needs a human", "%", "How often must somebody decide?", "", _SILENT),
)

# Figures about things: shown however few people stand behind them.
_OF_THINGS: Final[tuple[tuple[str, str, str, str, Better, str], ...]] = (
    ("M05.unused", "Tool not used on purpose", "%", "How often do people do without it?", "", _LOW_OVERRIDES),
    ("M06", "Justified overrides", "%", "When people put an output aside, are they right?", "high", _BLIND),
    ("M06.mirror", "Accepted, but wrongly", "%", "What is let through that should not be?", "low", _BLIND),
    ("M07", "Escape rate", "per 100", "How many errors reach those who rely on it?", "low", _TOLERANCE),
    *(
        (
            f"M07.s{level}",
            f"Escapes of severity {level}",
            "per 100",
            f"How many are of severity {level}?",
            "low",
            _TOLERANCE,
        )
        for level in range(5)
    ),
    ("M10", "Agreement on the standard", "κ", "Do reviewers mean the same by good enough?", "high", _FLATTERS),
    ("M10.raw", "Raw agreement", "%", "How often do reviewers say the same?", "high", _FLATTERS),
    ("M16", "Blockers without help", "per 100", "How often is somebody stuck over a day?", "low", _SHORT),
    ("M16.dropped", "Tasks abandoned without help", "%", "How much is given up without help?", "low", _SHORT),
    ("M16.broken", "Contact breaches", "count", "How often was help given all the same?", "low", _SHORT),
    ("M27.down", "Tool unavailable", "%", "How often is the tool not there?", "low", _SILENT),
    ("M27.path", "Designed path followed", "%", "Do people know what to do then?", "high", _SILENT),
)

ABOUT: Final[dict[str, About]] = {
    about.code: about
    for about in (
        *(About(*row, concerns_people=True) for row in _OF_PEOPLE),
        *(About(*row, concerns_people=False) for row in _OF_THINGS),
        *EVIDENCE,
        *ROLLOUT,
    )
}
