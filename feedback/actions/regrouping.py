"""A pilot's flags grouped anew from the beginning: after another model, or when somebody doubts what the jobs made.

What a person touched stays: their patterns with what is in them, and each flag that they put somewhere. The others are
grouped as if they had all come today; a group keeps the number of the pattern that most of it comes from.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Q

from feedback.actions.corpus import Held, hold_grouping, is_defect, read_corpus, text_of, thresholds_of
from feedback.actions.counting import recount
from feedback.actions.moves import Moves
from feedback.actions.placing import begin, count_unsorted, note_similar
from feedback.grouping.embedding import Embedder
from feedback.grouping.patterns import UNSORTED, Begun, Codes, Night, Thresholds, look_at_everything, place
from feedback.grouping.vectors import pack
from feedback.models import Flag, FlagVector, Grouping, Pattern, Placement
from pilots.audit import record
from pilots.models import Pilot

AT_ONCE: Final = 500


@dataclass(frozen=True)
class Regrouped:
    read: int
    begun: int
    moved: int


def regroup(*, pilot: Pilot, embed: Embedder, at: datetime) -> Regrouped:
    """Twice is once: the second time finds everything where it belongs."""
    read = _read_anew(pilot, embed)
    with transaction.atomic():
        grouping = hold_grouping(pilot)
        held, moves = read_corpus(pilot, embed.name), Moves(pilot, at)
        thresholds = thresholds_of(grouping)
        goal, fresh = _goal(held, thresholds)
        for group in fresh:
            begin(held, group, grouping, moves)
        moved = _move(held, goal, moves)
        changed = moves.carry_out()
        recount(Pattern.objects.filter(pilot=pilot).live().values_list("pk", flat=True))
        note_similar(read_corpus(pilot, embed.name))
        grouping.looked_at = at
        count_unsorted(grouping)
        if changed:
            data = {"moved": moved, "begun": len(fresh)}
            record("patterns.regrouped", by=None, pilot=pilot, target=pilot, data=data)
    return Regrouped(read, len(fresh), moved)


def _read_anew(pilot: Pilot, embed: Embedder) -> int:
    """Vectors that are missing, or of another model. Before the lock: this is what takes long."""
    lacking = Q(vector__isnull=True) | ~Q(vector__model=embed.name)
    read = 0
    waiting = list(
        Flag.objects.filter(lacking, pilot=pilot, placed_at__isnull=False).order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(waiting), AT_ONCE):
        flags = [flag for flag in Flag.objects.filter(pk__in=waiting[start : start + AT_ONCE]) if is_defect(flag)]
        vectors = embed([text_of(flag) for flag in flags]) if flags else ()
        FlagVector.objects.bulk_create(
            [
                FlagVector(flag=flag, pilot=pilot, model=embed.name, numbers=pack(vector))
                for flag, vector in zip(flags, vectors, strict=True)
            ],
            update_conflicts=True,
            unique_fields=["flag"],
            update_fields=["model", "numbers"],
        )
        read += len(flags)
    return read


def _goal(held: Held, thresholds: Thresholds) -> tuple[Codes, list[Begun]]:
    """Of each row the pattern where it belongs, and the groups for which there is none yet (their rows: UNSORTED)."""
    corpus = held.corpus
    loose = ~np.isin(corpus.pattern, sorted(corpus.touched)) & ~corpus.pinned
    scattered = np.where(loose, UNSORTED, corpus.pattern)
    night = look_at_everything(replace(corpus, pattern=scattered), thresholds)
    goal = scattered.copy()
    for joined in night.joined:
        goal[joined.row] = joined.pattern
    fresh = _with_their_numbers(corpus.pattern, goal, night, set(corpus.touched))
    grouped = replace(corpus, pattern=goal)
    taken = {row for group in fresh for row in group.rows}
    rest = [row for row in np.flatnonzero(goal == UNSORTED).tolist() if row not in taken]
    for placed in place(grouped, rest, thresholds):
        goal[placed.row] = placed.pattern
    return goal, fresh


def _with_their_numbers(before: Codes, goal: Codes, night: Night, touched: set[int]) -> list[Begun]:
    """A group is the pattern that most of it comes from, the largest groups first; what is left begins anew."""
    used, fresh = set(touched), []
    for group in sorted(night.begun, key=lambda one: (-len(one.rows), one.rows)):
        came = Counter(int(before[row]) for row in group.rows)
        known = [(n, -code) for code, n in came.items() if code != UNSORTED and code not in used]
        if known:
            code = -max(known)[1]
            used.add(code)
            goal[list(group.rows)] = code
        else:
            fresh.append(group)
    return fresh


def _move(held: Held, goal: Codes, moves: Moves) -> int:
    begun = moves.flags()
    moved = 0
    for row in np.flatnonzero(goal != held.corpus.pattern).tolist():
        if held.flag(row) not in begun:
            to: UUID | None = None if goal[row] == UNSORTED else held.patterns[int(goal[row])]
            moves.add([held.flag(row)], to, Placement.How.REGROUPED)
            moved += 1
    return moved + len(begun)


def drifted(grouping: Grouping, at: datetime) -> int:
    """Recounts a pilot's patterns and mends what differs. How many had another size than their flags say: an alarm,
    since only something that went round the actions does that. Levels and reporters follow triage, and are mended here.
    """
    with transaction.atomic():
        held = hold_grouping(grouping.pilot)
        patterns = Pattern.objects.filter(pilot=grouping.pilot)
        sizes = dict(patterns.values_list("pk", "size"))
        recount(sizes)
        wrong = sum(size != sizes[key] for key, size in patterns.values_list("pk", "size"))
        held.recounted_at = at
        if wrong:
            held.adrift, held.adrift_at = wrong, at
        held.save(update_fields=["recounted_at", "adrift", "adrift_at"])
    return wrong
