"""The figures by the question that they answer, and what to do where nobody measured one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pilots.stats.metrics import ABOUT


@dataclass(frozen=True)
class Remedy:
    """What would measure it, and the page where that is done: a URL name, and the register it is one of."""

    what: str
    page: str = "batches"
    register: str = ""


@dataclass(frozen=True)
class Question:
    """`families`: codes before the dot, the one whose answer is the heading first. `answer` takes its value."""

    key: str
    asks: str
    answer: str
    families: tuple[str, ...]


QUESTIONS: Final = (
    Question(
        "quality", "Is the work done well?", "{value} of tasks are done well", ("success", "M07", "M09", "M10", "M13")
    ),
    Question("time", "What does a task take, all told?", "All told, a task takes {less}", ("M01", "M02", "M03", "M04")),
    Question(
        "overrides",
        "When do people put the output aside?",
        "{value} of outputs are put aside",
        ("M05", "M06", "M08"),
    ),
    Question(
        "reach",
        "Of whose work do we know anything?",
        "{value} of the work was tried",
        ("M12", "M14", "M11", "M33", "M36"),
    ),
    Question("help", "What is left without help?", "Help took {value}", ("M15", "M16")),
    Question("people", "What stands in people’s way?", "{value} of people are {barrier}", ("M32",)),
    Question(
        "operation",
        "Does it run as it has to?",
        "In {value} of attempts the tool does not give what it should",
        ("M27", "M28", "M35"),
    ),
)

# What observations of tasks say of any part of the work; all else is of the pilot as a whole.
OF_TASKS: Final = frozenset({"success", "M01", "M02", "M03", "M04", "M05", "M11", "M27"})
# Families of which no figure stands for all of them: what they are called, and what they answer.
HEADLESS: Final[Mapping[str, tuple[str, str]]] = {
    "M32": ("Barriers", "What keeps people from using it?"),
    "M35": ("Behaviour at the peak", "What happens when everybody works at once?"),
}
_OBSERVE: Final = "Import observations of tasks"
REMEDIES: Final[Mapping[str, Remedy]] = {
    "success": Remedy(_OBSERVE),
    "M01": Remedy(f"{_OBSERVE} with the minutes before and with the tool"),
    "M02": Remedy(f"{_OBSERVE} with the minutes before and with the tool"),
    "M03": Remedy(f"{_OBSERVE} with the minutes spent learning"),
    "M04": Remedy(f"{_OBSERVE} with the minutes spent correcting"),
    "M05": Remedy(f"{_OBSERVE} with the use made of each output"),
    "M06": Remedy("Import blind double scores of outputs that people put aside"),
    "M07": Remedy("Import a sample of items that recipients looked at"),
    "M08": Remedy("Import traces of the checks that were done"),
    "M09": Remedy("Import ratings of the same sample by sceptics and enthusiasts"),
    "M10": Remedy("Import blind double scores of two reviewers or more"),
    "M11": Remedy("Import observations that say which attempts were out of scope"),
    "M12": Remedy("Count the workload: tasks a month in each use case and segment", "workload"),
    "M13": Remedy("Count the workload: tasks a month in each use case and segment", "workload"),
    "M14": Remedy("Import what participants said before first use"),
    "M15": Remedy("Write down the hours of help that people got", "register", "support-hours"),
    "M16": Remedy("Plan weeks without help, and count what happens in them", "register", "unsupported-periods"),
    "M27": Remedy(_OBSERVE),
    "M28": Remedy("Write down what is done by hand between the systems", "register", "manual-steps"),
    "M32": Remedy("Import what participants said before first use"),
    "M33": Remedy("Write down what people quote, and who worked it out again", "register", "headline-figures"),
    "M35": Remedy("Import a run at the forecast peak"),
    "M36": Remedy("It stands on the page of the rollout design", "design"),
}


def family(code: str) -> str:
    return code.partition(".")[0]


def codes_of(of: str) -> list[str]:
    """Those of a family, its head first."""
    return [code for code in ABOUT if family(code) == of]


def figures_of_tasks() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be measured in one cell, to choose from: by question, each as code and name."""
    found = []
    for question in QUESTIONS:
        codes = [code for of in question.families if of in OF_TASKS for code in codes_of(of)]
        if codes:
            found.append((question.asks, [(code, ABOUT[code].name) for code in codes]))
    return found
