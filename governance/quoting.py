"""Whether a text treats a figure of the demonstration as if it were a forecast of the rollout. Pure.

A demonstration shows that something can be done, by the people and on the tasks that were chosen for it. Its figure
beside a word that looks ahead (“we will save 11 minutes a letter”) is a promise that nothing here supports. It is a
warning and no more: whoever quotes it may have their reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:[, ]\d{3})+|\d+(?:[.,]\d+)?)(?:\s?(?P<unit>%|per\s?cent\b|[^\W\d_]{1,20}))?",
    re.IGNORECASE,
)
_AHEAD: Final = re.compile(
    r"\b(will|would|shall|expect\w*|forecast\w*|predict\w*|project(?:ed|s|ion\w*)|promis\w*|roll(?:s|ed|ing)?[- ]?out"
    r"|sav(?:e|es|ing|ings)|everybody|everyone|once it is rolled out)\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_UNITS: Final = {
    **dict.fromkeys(("%", "percent", "per cent", "pct", "procent"), "%"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("h", "hour", "hours", "hrs"), "h"),
}
# A number without a unit says too little when it is short.
_FEWEST_DIGITS: Final = 2


@dataclass(frozen=True)
class Shown:
    """A figure of the demonstration: what it is called, its number, and its unit as `_UNITS` has it (empty: none)."""

    called: str
    value: float
    unit: str


@dataclass(frozen=True)
class Warned:
    """`words` is the sentence in which it stands."""

    figure: Shown
    words: str


def looks_ahead(text: str) -> bool:
    """Whether any sentence has a number and a word that looks ahead, so that figures are worth reading for it."""
    return any(_NUMBER.search(sentence) for sentence in _ahead(text))


def quoted_as_forecast(text: str, figures: Iterable[Shown]) -> list[Warned]:
    """Each figure once, in the order of the text."""
    known = list(figures)
    found: dict[Shown, Warned] = {}
    for sentence in _ahead(text):
        for value, unit, digits in _numbers(sentence):
            for figure in known:
                if _is(figure, value, unit, digits):
                    found.setdefault(figure, Warned(figure, sentence))
    return list(found.values())


def figures_in(called: str, text: str) -> Iterator[Shown]:
    """Those of a figure that is written down as it is quoted (“11 minutes a letter”)."""
    for value, unit, _ in _numbers(text):
        yield Shown(called, value, unit)


def _ahead(text: str) -> Iterator[str]:
    return (one.strip() for one in _SENTENCE.split(text) if _AHEAD.search(one))


def _numbers(text: str) -> Iterator[tuple[float, str, int]]:
    for match in _NUMBER.finditer(text):
        written = match["number"]
        grouped = re.fullmatch(r"\d{1,3}([, ]\d{3})+", written)
        plain = re.sub(r"[, ]", "", written) if grouped else written.replace(",", ".")
        yield float(plain), _unit(match["unit"] or ""), sum(letter.isdigit() for letter in written)


def _unit(word: str) -> str:
    return _UNITS.get(" ".join(word.lower().split()), "")


def _is(figure: Shown, value: float, unit: str, digits: int) -> bool:
    """Rounded as people round: 89.6 is quoted as 90. Of a figure without a unit any may stand in the text."""
    if figure.unit and figure.unit != unit:
        return False
    if not figure.unit and digits < _FEWEST_DIGITS:
        return False
    return value in {figure.value, round(figure.value, 1), float(round(figure.value))}
