"""All that the four sides look at, in eight queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery

from pilots.measured.coverage import ALL, CODE, Coverage, covered
from pilots.models import (
    Batch,
    BlindSpot,
    Breach,
    Cell,
    Figure,
    Pilot,
    Score,
    Standard,
    Stressor,
    UnsupportedPeriod,
    UseCase,
    Workflow,
)

Part = Figure.Part
_PARTS = (ALL, Part.SUPPORTED, Part.UNSUPPORTED, Part.TRAINED, Part.UNTRAINED)


@dataclass(frozen=True)
class Gathered:
    """`whole`: figures of the pilot as a whole, by code and part."""

    whole: dict[tuple[str, str], Figure]
    coverage: Coverage
    use_cases: Sequence[UseCase]
    # Each with `breaches`, how often somebody helped all the same.
    periods: Sequence[UnsupportedPeriod]
    stressors: Sequence[Stressor]
    batches: Sequence[Batch]
    spots: Sequence[BlindSpot]
    # Each with `is_scored_twice` and `has_standard`.
    workflows: Sequence[Workflow]

    def figure(self, code: str, part: str = ALL) -> Figure | None:
        return self.whole.get((code, part))

    def share_of(self, part: Part, other: Part) -> float | None:
        """Of the tasks of two parts those of the first; None where one of them is hidden or nobody told them apart."""
        both = self.figure(CODE, part), self.figure(CODE, other)
        if not any(both) or any(row is not None and row.is_hidden for row in both):
            return None
        first, second = (row.n or 0 if row else 0 for row in both)
        return first / (first + second) if first + second else None


def gather(pilot: Pilot) -> Gathered:
    whole = Q(use_case=None, segment=None, part__in=_PARTS)
    of_cell = Q(use_case__isnull=False, segment__isnull=False, code=CODE, part__in=(ALL, Part.UNSUPPORTED))
    figures = list(Figure.objects.filter(whole | of_cell, pilot=pilot))
    here = {"pilot": pilot, "removed_at": None}
    return Gathered(
        whole={(row.code, row.part): row for row in figures if row.use_case_id is None},
        coverage=covered(list(Cell.objects.of(pilot)), [row for row in figures if row.use_case_id]),
        use_cases=list(UseCase.objects.filter(**here)),
        periods=list(UnsupportedPeriod._default_manager.filter(**here).annotate(breaches=_breaches())),
        stressors=list(Stressor._default_manager.filter(**here)),
        batches=list(Batch.objects.counting().filter(pilot=pilot).defer("problems", "mapping", "notes", "note")),
        spots=list(BlindSpot._default_manager.filter(**here).select_related("owner")),
        workflows=_workflows(pilot),
    )


def _breaches() -> Subquery:
    rows = Breach._default_manager.filter(period=OuterRef("pk"), removed_at=None).order_by()
    return Subquery(rows.values("period").annotate(n=Count("pk")).values("n"), output_field=IntegerField())


def _workflows(pilot: Pilot) -> list[Workflow]:
    scored = Score.objects.filter(workflow=OuterRef("pk"), batch__state=Batch.State.IMPORTED)
    # Two reviewers of the same item at least.
    twice = scored.filter(
        Exists(
            Score.objects.filter(
                workflow=OuterRef("workflow"), item=OuterRef("item"), batch__state=Batch.State.IMPORTED
            ).exclude(reviewer=OuterRef("reviewer"))
        )
    )
    standard = Standard._default_manager.filter(workflow=OuterRef("pk"), removed_at=None)
    rows = Workflow.objects.filter(pilot=pilot, removed_at=None)
    return list(rows.annotate(is_scored_twice=Exists(twice), has_standard=Exists(standard)))
