"""Flags find their pattern: on arrival, and in a look at all of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from feedback.actions.corpus import Held, hold_grouping, is_defect, read_corpus, text_of
from feedback.actions.moves import Moves, new_pattern
from feedback.actions.returns import notice_returns
from feedback.grouping.embedding import Embedder
from feedback.grouping.patterns import (
    Begun,
    Merged,
    Night,
    Thresholds,
    central,
    look_at_everything,
    nearest_patterns,
    place,
)
from feedback.grouping.vectors import pack
from feedback.grouping.wording import terms, title
from feedback.models import Flag, FlagVector, Grouping, Pattern, PatternDecision, Placement
from pilots.models import Pilot

AT_ONCE: Final = 200
# A look at everything is due once a day, and sooner when so many flags lie unsorted that came since the last.
DAILY: Final = timedelta(hours=20)
PILE: Final = 3
# In a large pilot a look costs seconds, so there the pile has to be a real one.
LARGE, LARGE_PILE = 2_000, 50
TEXTS_READ: Final = 200
How = Placement.How


def pilots_with_new_flags() -> list[Pilot]:
    return list(Pilot.objects.filter(pk__in=Flag.objects.filter(placed_at__isnull=True).values("pilot_id")))


def place_flags(*, pilot: Pilot, embed: Embedder, at: datetime) -> int:
    """Give new flags their vectors and, where one is close enough, their pattern. How many were looked at.

    Safe to run twice or at once: the vectors are made before the lock, what is placed is read under it.
    """
    new = list(Flag.objects.filter(pilot=pilot, placed_at__isnull=True).order_by("reported_at", "pk")[:AT_ONCE])
    defects = [flag for flag in new if is_defect(flag)]
    vectors = embed([text_of(flag) for flag in defects]) if defects else ()
    with transaction.atomic():
        grouping = hold_grouping(pilot)
        FlagVector.objects.bulk_create(
            [
                FlagVector(flag=flag, pilot=pilot, model=embed.name, numbers=pack(vector))
                for flag, vector in zip(defects, vectors, strict=True)
            ],
            ignore_conflicts=True,
        )
        waiting = Flag.objects.select_for_update().filter(pk__in=[flag.pk for flag in new], placed_at__isnull=True)
        found = set(waiting.order_by("pk").values_list("pk", flat=True))
        held, moves = read_corpus(pilot, embed.name), Moves(pilot, at)
        chosen = _as_chosen(defects, found)
        for flag, pattern in chosen.items():
            moves.add([flag], pattern, How.CHOSEN)
        placed = place(held.corpus, held.rows_of(found - chosen.keys()), Thresholds.of(grouping.coarseness))
        for one in placed:
            beside = [held.references[row] for row in one.nearest]
            to = held.patterns[one.pattern]
            moves.add([held.flag(one.row)], to, How.ARRIVED, similarity=one.similarity, nearest=beside)
        moves.carry_out()
        Flag.objects.filter(pk__in=found).update(placed_at=at)
        notice_returns(dict.fromkeys(chosen, 1.0) | {held.flag(one.row): one.similarity for one in placed}, at=at)
        count_unsorted(grouping)
    return len(found)


def _as_chosen(flags: Sequence[Flag], waiting: set[UUID]) -> dict[UUID, UUID]:
    """Where reporters said that it is the same: the pattern itself, or the one that it went up in meanwhile."""
    chosen = [flag for flag in flags if flag.pk in waiting and flag.chosen_pattern_id is not None]
    patterns = Pattern.objects.in_bulk([flag.chosen_pattern_id for flag in chosen])
    found = {flag.pk: patterns[flag.chosen_pattern_id] for flag in chosen if flag.chosen_pattern_id is not None}
    return {flag: pattern.merged_into_id or pattern.pk for flag, pattern in found.items()}


def groupings_due(at: datetime) -> list[Grouping]:
    """Of the pilots in which enough happened since everything was last looked at."""
    news = Flag.objects.filter(pilot=OuterRef("pilot_id"), placed_at__gt=OuterRef("looked_at"))
    many = FlagVector.objects.filter(pilot=OuterRef("pilot_id"))[LARGE : LARGE + 1]
    found = Grouping.objects.annotate(has_news=Exists(news), is_large=Exists(many))
    late = Q(looked_at__lte=at - DAILY)
    piled = Q(is_large=False, unsorted__gte=PILE) | Q(unsorted__gte=LARGE_PILE)
    return list(found.filter(Q(looked_at__isnull=True) | Q(has_news=True) & (late | piled)).select_related("pilot"))


def look_again(*, pilot: Pilot, embed: Embedder, at: datetime) -> Night:
    """Begin, merge and mend the patterns that no person has touched; suggest for the others."""
    with transaction.atomic():
        grouping = hold_grouping(pilot)
        held, moves = read_corpus(pilot, embed.name), Moves(pilot, at)
        night = look_at_everything(held.corpus, Thresholds.of(grouping.coarseness))
        for joined in night.joined:
            beside = [held.references[row] for row in joined.nearest]
            to = held.patterns[joined.pattern]
            moves.add([held.flag(joined.row)], to, How.JOINED, similarity=joined.similarity, nearest=beside)
        for begun in night.begun:
            begin(held, begun, grouping, moves)
        for merged in night.merged:
            _merge(held, merged, moves)
        for moved in night.moved:
            to = held.patterns[moved.after]
            moves.add([held.flag(moved.row)], to, How.MOVED, similarity=moved.similarity)
        moves.carry_out()
        note_similar(read_corpus(pilot, embed.name))
        grouping.looked_at = at
        count_unsorted(grouping)
    return night


def begin(held: Held, begun: Begun, grouping: Grouping, moves: Moves) -> None:
    flags = [held.flag(row) for row in begun.rows]
    order = [held.flag(row) for row in central(held.corpus, begun.rows)]
    # A title is read by more people than a flag that hides its texts.
    read = Flag.objects.filter(pk__in=order[:TEXTS_READ])
    texts = {flag.pk: "" if flag.hides_texts else text_of(flag) for flag in read}
    others = Flag.objects.filter(pilot=grouping.pilot, placed_at__isnull=False).real().exclude(pk__in=flags)
    elsewhere = [text_of(flag) for flag in others.order_by("-reported_at")[:TEXTS_READ]]
    said = [texts[flag] for flag in order[:TEXTS_READ] if texts[flag]] or [""]
    found = terms(said, elsewhere)
    pattern = new_pattern(grouping, title(found, said[0]), at=moves.at)
    Pattern.objects.filter(pk=pattern.pk).update(terms=found)
    moves.add(flags, pattern.pk, How.BEGAN, similarity=begun.similarity)


def _merge(held: Held, merged: Merged, moves: Moves) -> None:
    """By a job, so only between patterns that nobody has touched."""
    gone, kept = held.patterns[merged.gone], held.patterns[merged.kept]
    flags = list(Flag.objects.filter(pattern_id=gone).values_list("pk", flat=True))
    moves.add(flags, kept, How.MERGED, similarity=merged.similarity)
    Pattern.objects.filter(pk=gone).update(state=Pattern.State.MERGED, merged_into_id=kept)
    Pattern.objects.filter(merged_into_id=gone).update(merged_into_id=kept)
    data = {"into": str(kept), "similarity": round(merged.similarity, 3), "flags": len(flags)}
    PatternDecision.objects.create(
        pilot=moves.pilot, pattern_id=gone, verb="merged", data=data, decided_by=None, decided_at=moves.at
    )


def note_similar(held: Held) -> None:
    """Which other patterns each is most like, for the person who merges."""
    near = nearest_patterns(held.corpus)
    patterns = Pattern.objects.in_bulk([held.patterns[code] for code in near])
    for code, others in near.items():
        pattern = patterns[held.patterns[code]]
        pattern.similar = [[str(held.patterns[other]), round(similarity, 3)] for other, similarity in others]
    Pattern.objects.bulk_update(patterns.values(), ["similar"])


def count_unsorted(grouping: Grouping) -> None:
    """Of those that came since the last look: an older one had its chance, and waits for others like it."""
    fresh = Flag.objects.filter(pilot=grouping.pilot, pattern__isnull=True, vector__isnull=False)
    if grouping.looked_at is not None:
        fresh = fresh.filter(placed_at__gt=grouping.looked_at)
    grouping.unsorted = fresh.count()
    grouping.save(update_fields=["looked_at", "unsorted"])
