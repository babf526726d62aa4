"""Many flags about few things, in other words each time, and what triage decides about the patterns found in them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml

from feedback.actions import patterns as decide
from feedback.actions.placing import look_again, place_flags
from feedback.grouping.embedding import embedder
from feedback.models import Flag, Pattern
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step

WEEK: Final = 7


@cache
def kinds() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "complaints.yaml").read_text())
    return read


def complain(scene: Scene, step: Step) -> Sequence[Step]:
    """`a_week` flags of a `kind` from its day `until` another, each on a day of its own; the same on every start."""
    kind, until, a_week = step.args["kind"], float(step.args["until"]), float(step.args["a_week"])
    drawn = Random(f"{scene.story.name} {kind} {step.day}")  # noqa: S311  a story, not a secret
    said = kinds()[kind]
    level, people, words_of = cycle(said["severities"]), cycle(step.args["from"]), _sayings(said, drawn)
    flags = []
    for number in range(round((until - step.day) / WEEK * a_week)):
        words = next(words_of)
        args = {
            "name": f"{kind} {step.day} {number}",
            "categories": said["categories"],
            "severity": next(level),
            "what_happened": words[:1].upper() + words[1:],
            "output": f"(A made-up output, number {drawn.randint(1000, 9999)}.)",
            "use_case": step.args.get("use_case"),
            "through": step.args.get("through"),
        }
        who = next(people)
        flags.append(Step(drawn.uniform(step.day, until), "flag", "" if who == "nobody" else who, args))
    return flags


def _sayings(said: Mapping[str, Any], drawn: Random) -> Iterator[str]:
    """Other words each time about one of its things; a kind without such things says each of its sentences once."""
    if "about" not in said:
        yield from drawn.sample(said["says"], len(said["says"]))
        return
    while True:
        yield drawn.choice(said["says"]).format(it=drawn.choice(said["about"]), n=drawn.randint(11, 89))


def group(scene: Scene, step: Step) -> Sequence[Step]:
    """What the jobs do, once a week from that day on, or only `once`: enough to see patterns grow."""
    at = scene.move_to(step.day)
    while place_flags(pilot=scene.pilot, embed=embedder(), at=at):
        pass
    look_again(pilot=scene.pilot, embed=embedder(), at=at)
    return [Step(step.day + WEEK, "group")] if step.day + WEEK < 0 and not step.args.get("once") else []


def pattern(scene: Scene, step: Step) -> None:
    """`verb` about the pattern that most flags of `kind` are in."""
    found = pattern_of(scene, step.args["kind"])
    by, at = scene.person(step.by), scene.move_to(step.day)
    how: dict[str, Any] = {"pattern": found, "version": found.version, "by": by, "at": at}
    words = {name: step.args[name] for name in ("note", "reason", "title", "action", "growth") if name in step.args}
    if "owner" in step.args:
        words["owner"] = scene.person(step.args["owner"])
    if "due" in step.args:
        words["due_on"] = scene.date(step.args["due"])
    if step.args["verb"] == "fix":
        words["fixed_from"] = at - timedelta(hours=1)
    VERBS[step.args["verb"]](**how, **words)


VERBS: Final[Mapping[str, Callable[..., Pattern]]] = {
    "confirm": decide.confirm_pattern,
    "acknowledge": decide.acknowledge_pattern,
    "act": decide.act_on_pattern,
    "fix": decide.fix_pattern,
    "decline": decide.decline_pattern,
    "snooze": decide.snooze_pattern,
    "rename": decide.rename_pattern,
    "return": decide.return_pattern,
}


def pattern_of(scene: Scene, kind: str) -> Pattern:
    steps = [step for step in scene.story.steps if step.do == "complain" and step.args["kind"] == kind]
    names = [f"{kind} {step.day} {number}" for step in steps for number in range(500)]
    submissions = [submission(scene, name) for name in names]
    flags = Flag.objects.filter(pilot=scene.pilot, submission__in=submissions, pattern__isnull=False)
    counted = Counter(flags.values_list("pattern_id", flat=True))
    if not counted:
        raise ValueError(f"no pattern was found in the flags of {kind}")
    return Pattern.objects.select_related("pilot").get(pk=counted.most_common(1)[0][0])


def submission(scene: Scene, name: str) -> UUID:
    """Of the flag that the story calls so."""
    return uuid5(NAMESPACE_URL, f"https://records.example.org/{scene.pilot.pk}/{name}")
