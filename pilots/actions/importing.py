"""A batch looked through whole, and taken in whole: what a task does with every batch that waits."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Final

from django.core.cache import cache
from django.db import transaction

from pilots.actions.batches import fingerprint, pieces_of
from pilots.actions.evidence_columns import evidence_columns
from pilots.actions.observing import copy_observations, one_route_each, two_routes
from pilots.actions.pilots import lock_pilot
from pilots.actions.samples import take_in_samples
from pilots.alone import MOST_TRIES, trying
from pilots.audit import record
from pilots.changes import evidence_changed
from pilots.clock import now
from pilots.imports import Checked
from pilots.imports.checking import Match, match_header
from pilots.imports.columnar import BadLine, Survey, is_good, problems, survey_of
from pilots.imports.stream import Progress, Stream, open_stream
from pilots.imports.table import Unreadable
from pilots.imports.values import Bad
from pilots.models import Batch, BatchPart

_UNDER_WAY: Final = [Batch.State.WAITING, Batch.State.CHECKING, Batch.State.IMPORTING]
_PIECE: Final = 1024 * 1024
# A bar that moves more often than this tells nobody more.
_SECONDS: Final = 0.5
_HINT_KEPT: Final = 3600


def import_batches() -> int:
    """Everything that waits, also what a worker died over. How many were taken in or refused."""
    waiting = Batch.objects.filter(state__in=_UNDER_WAY).order_by("pk")
    done = 0
    for pk in waiting.values_list("pk", flat=True):
        with trying(f"batch:{pk}") as tries:
            batch = waiting.select_related("pilot", "uploaded_by").filter(pk=pk).first() if tries else None
            if batch is not None:
                import_batch(batch, tries)
                done += 1
    return done


def import_batch(batch: Batch, tries: int = 1) -> None:
    """What is wrong with the file is said in the batch; what is wrong with us is raised."""
    try:
        if tries > MOST_TRIES:
            raise RuntimeError(f"Workers died over it {MOST_TRIES} times.")
        with _spooled(batch) as stream:
            _look_through(batch, stream)
    except Unreadable as unreadable:
        checked = Checked()
        checked.refuse(unreadable.line or 1, "", "", unreadable.message)
        _refuse(batch, checked)
    except Exception:
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.FAILED)
        raise


def bad_lines(batch: Batch, bad: BadLine) -> list[str]:
    """Gives `bad` each line of a refused file that something is wrong with; the header."""
    with _spooled(batch) as stream:
        match = _match(batch, stream)
        survey = survey_of(stream, match)
        problems(stream, match, survey, one_route_each(), bad)
        return stream.header


def percent_done(batch: Batch) -> int:
    """As far as is known: the worker's own count is a hint in the cache, since its transaction shows nothing yet."""
    return min(99, int(100 * (cache.get(_key(batch)) or 0)))


@contextmanager
def _spooled(batch: Batch) -> Iterator[Stream]:
    """On disk while it is read, since the connection that holds its pieces is the one that COPY keeps busy."""
    with TemporaryFile() as held:
        for piece in pieces_of(batch):
            held.write(piece)

        held.flush()

        def pieces() -> Iterator[bytes]:
            """Each with a place of its own in the file."""
            at = 0
            while piece := os.pread(held.fileno(), _PIECE, at):
                at += len(piece)
                yield piece

        yield open_stream(pieces)


def _match(batch: Batch, stream: Stream) -> Match:
    columns = evidence_columns(batch.pilot, batch.kind, batch.uploaded_at.date())
    return match_header(stream.header, columns, batch.mapping)


def _look_through(batch: Batch, stream: Stream) -> None:
    _say(batch, Batch.State.CHECKING)
    match = _match(batch, stream)
    survey = survey_of(stream, match, _progress(batch, 0.0, batch.size))
    if not is_good(survey, match) or two_routes(survey, match):
        _refuse(batch, problems(stream, match, survey, one_route_each()))
        return
    _say(batch, Batch.State.IMPORTING)
    try:
        with transaction.atomic():
            _take_in(batch, stream, match, survey)
    except Bad:
        # In a column with too many different values to hold them all, so that it was read only now.
        _refuse(batch, problems(stream, match, survey, one_route_each()))


def _take_in(batch: Batch, stream: Stream, match: Match, survey: Survey) -> None:
    pilot = lock_pilot(batch.pilot)
    if batch.kind == Batch.Kind.OBSERVATIONS:
        whole = survey.rows if survey.is_held else batch.size
        taken = copy_observations(batch, stream, match, survey, _progress(batch, 0.5, whole))
    else:
        taken = take_in_samples(batch, stream, match, survey)
    batch.rows, batch.people, batch.first_day, batch.last_day = taken
    batch.notes = [*stream.notes, *survey.notes]
    batch.problems, batch.wrong = [], 0
    batch.state, batch.imported_at, batch.done = Batch.State.IMPORTED, now(), batch.size
    batch.save()
    BatchPart.objects.filter(batch=batch).delete()
    evidence_changed(pilot, reason=f"{batch.reference} was imported")
    data = {"batch": batch.pk, "rows": batch.rows, "digest": fingerprint(batch)}
    record("batch.imported", by=batch.uploaded_by, pilot=pilot, target=batch, data=data)


def _refuse(batch: Batch, checked: Checked) -> None:
    batch.state = Batch.State.REFUSED
    batch.problems = [vars(problem) for problem in checked.problems]
    batch.wrong, batch.notes = checked.wrong, checked.notes
    batch.save(update_fields=["state", "problems", "wrong", "notes"])


def _say(batch: Batch, state: Batch.State) -> None:
    batch.state = state
    batch.save(update_fields=["state"])


def _key(batch: Batch) -> str:
    return f"batch:{batch.pk}:done"


def _progress(batch: Batch, before: float, whole: int) -> Progress:
    """Looking through is the first half, taking in the second."""
    said = 0.0

    def say(read: int) -> None:
        nonlocal said
        if time.monotonic() - said > _SECONDS:
            said = time.monotonic()
            cache.set(_key(batch), before + read / max(whole, 1) / 2, _HINT_KEPT)

    return say
