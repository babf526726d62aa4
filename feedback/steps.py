"""The words in which reporters are told each step (domain design, “What reporters should be told”). Pure."""

from datetime import date, datetime
from typing import Final

from feedback.taxonomy import MEANWHILE, MEANWHILE_OTHERWISE, SEVERE, SEVERITIES, Category, Severity
from pilots.when import day_in_words

CONTEST: Final = "If you see it otherwise, open it again on its page and say why: it is then read anew."
ONE_CLICK: Final = "Please tell us if you see it again: one click on its page is enough."
STOP: Final = "Stop using it for this until you hear from us; whoever looks after flags was told at once."
RING: Final = "If it cannot wait, ring the triage lead of the pilot."


def receipt(reference: str, severity: int, categories: list[str], read_by: date) -> str:
    """Reference, what happens next and by when, what to do meanwhile, whom to ring."""
    lines = [
        f"We have your flag {reference}. It is read by {day_in_words(read_by)}; how severe it is stands here then."
    ]
    lines.append("It then ends in a change, or in a reason why not.")
    if severity >= SEVERE:
        lines += [STOP, RING]
    advice = [MEANWHILE[Category(code)] for code in categories if Category(code) in MEANWHILE]
    return " ".join([*lines, *(advice or ([] if severity >= SEVERE else [MEANWHILE_OTHERWISE]))])


def assessed(reference: str, severity: int, said: int, others: int) -> str:
    level = SEVERITIES[Severity(severity)]
    text = f"Your flag {reference} was read and assessed: {level.name.lower()} ({_lower(level.what_happened)})."
    if severity != said:
        text += f" You had said: {_lower(SEVERITIES[Severity(said)].what_happened)}. Why stands below."
    return text + (f" {others} other{'s' * (others != 1)} saw this too." if others else "")


def pattern_confirmed(others: int) -> str:
    if not others:
        return "Your flag {reference} shows something that goes wrong. What is done about it is decided next."
    who = f"{others} others say" if others != 1 else "one other says"
    return f"Your flag {{reference}} is one of a pattern: {who} the same. What is done about it is decided next."


def acting(word: str, due: date) -> str:
    text = f"Something is being done about your flag {{reference}}: {word.lower()}, by {due:%d %b %Y}."
    return f"{text} You hear when it is done. {CONTEST}"


def human_only(due: date) -> str:
    text = "Because of your flag {reference}, from now on a person looks at every such output before it is used."
    return f"{text} It is looked at again by {due:%d %b %Y}. {CONTEST}"


def limited(use: str, words: str) -> str:
    """`words`: “is for human review only”."""
    return f"While your flag {{reference}} is open: {use}, what it is about, {words} from now on."


def closed(reference: str, word: str, *, fixed: bool, since: datetime | None = None) -> str:
    live = f" It holds for outputs made from {day_in_words(since.date())} on." if fixed and since else ""
    return f"Your flag {reference} was closed: {word}.{live} {ONE_CLICK if fixed else CONTEST}"


def carried(reference: str) -> str:
    return f"Your flag {reference} is known and not fixed: the pilot goes on with it, for this reason. {CONTEST}"


def _lower(sentence: str) -> str:
    """“I caught it” keeps its I."""
    return sentence if sentence.startswith("I ") else sentence[:1].lower() + sentence[1:]
