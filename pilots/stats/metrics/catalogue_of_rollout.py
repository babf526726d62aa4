"""Of figures about a rollout: whether it is taken up and lasts, how right it was forecast, and how it is governed."""

from typing import Final

from pilots.stats.metrics.figure import About, Better

_ONCE = "Opened once in four weeks is no adoption; and licences in use or answers to a survey are not all people."
_NAMED = "Who is to benefit must be named before anybody uses it."
_TAKEN = "Licences taken from those who stopped make decay vanish: they stay in the count."
_SAME = "Pilot and stage must be measured in the same way."
_CHANCE = "Small teams differ by chance: that part is taken out, what is left is theirs."
_EDITED = "A forecast that is edited after data arrive is none."
_LIST = "A percentage hides the one that matters: list it."
_TARGET = "It is no target: a phase is not better for having cost more."

_PEOPLE: Final[tuple[tuple[str, str, str, str, Better, str], ...]] = (
    ("M17", "Adoption (habitual use)", "%", "How many of all who may use it do so by habit?", "high", _ONCE),
    ("M17.licensed", "People with a licence", "%", "How many of all have been given it?", "", _ONCE),
    ("M17.tried", "People who tried it", "%", "How many of all have ever used it?", "high", _ONCE),
    ("M17.active", "People active in four weeks", "%", "How many of all have used it lately?", "high", _ONCE),
    ("M17.kept", "Active of those who tried it", "%", "How many who tried it have not stopped?", "high", _ONCE),
    ("M18", "Beneficiary gap", "pp", "Do those use it for whom it was meant?", "high", _NAMED),
    ("M19", "Habit that lasts to week 12", "%", "How many with a habit in week 4 keep it?", "high", _TAKEN),
    ("M20", "Quality at the stage / in the pilot", "ratio", "Is the work as good as in the pilot?", "high", _SAME),
    ("M20.time", "Net time at the stage / in the pilot", "ratio", "Is as much time saved?", "high", _SAME),
    ("M20.spread", "Spread of quality between teams", "CV", "Is it as good in every team?", "low", _CHANCE),
    ("M20.t_spread", "Spread of net time between teams", "CV", "Does every team save time?", "low", _CHANCE),
)
_THINGS: Final[tuple[tuple[str, str, str, str, Better, str], ...]] = (
    ("M29", "Forecast error", "%", "How far off was the forecast?", "", _EDITED),
    ("M29.held80", "80 % intervals that held", "%", "Do the intervals hold as often as they say?", "", _EDITED),
    ("M29.held95", "95 % intervals that held", "%", "Do the wider ones?", "", _EDITED),
    ("M29.bias", "Bias of forecasts", "SD", "Do rollouts come worse than forecast?", "", _EDITED),
    ("M29.brier", "Brier score", "0–1", "How right were forecasts of yes or no?", "low", _EDITED),
    ("M30", "Governance currency", "%", "How many blocking questions stand answered?", "high", _LIST),
    ("M30.waivers", "Open waivers", "count", "How many questions are waived?", "low", _LIST),
    ("M30.waived", "Oldest open waiver", "days", "How long has one been waived?", "low", _LIST),
    ("M30.oldest", "Oldest unanswered question", "days", "How long has one been due?", "low", _LIST),
    ("M34", "Days in stress test and build", "%", "How much of the time went into getting ready?", "", _TARGET),
    ("M34.hours", "Hours in stress test and build", "%", "How much of the work went into it?", "", _TARGET),
)

ROLLOUT: Final[tuple[About, ...]] = (
    *(About(*row, concerns_people=True) for row in _PEOPLE),
    *(About(*row, concerns_people=False) for row in _THINGS),
)
