"""What a forecast takes to be so because nobody knows it, in sentences. How many people it concerns is never said."""

from typing import Final

_NAMED: Final = 5


class Assumed:
    def __init__(self) -> None:
        self._of: dict[str, dict[str, None]] = {}

    def add(self, sentence: str, name: str = "") -> None:
        """`sentence` with a place for the names of all that it is said of."""
        self._of.setdefault(sentence, {}).setdefault(name)

    @property
    def sentences(self) -> list[str]:
        return [sentence.format(names=_listed([*names])) for sentence, names in sorted(self._of.items())]


def _listed(names: list[str]) -> str:
    first = sorted(names)[:_NAMED]
    more = len(names) - len(first)
    parts = [*first, f"{more} more"] if more else first
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
