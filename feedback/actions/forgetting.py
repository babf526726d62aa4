"""Taking the texts of flags out of wherever they or their digests are. Part of an erasure, which writes the trail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from feedback.actions.erasables import OF_ANSWERS, OF_FLAGS
from feedback.models import Flag, Pattern, PatternDecision
from pilots.audit import erase_digests, is_digest_of
from pilots.models import AuditEvent

# What its reporter wrote, and what was written to them.
_THEIRS: Final = ("output", "prompt", "what_happened", "expected", "recurrence", "external_id")
_ANSWERS: Final = ("assessment", "carry_reason", "answer", "tell_whom")
_THEIR_VERBS: Final = ("flag.handed_in", "flag.reopened")


def forget_texts(flags: Sequence[Flag], because: Flag.Erased, at: datetime) -> None:
    """`flags` are held. What their reporter asks for takes their own words only; else the answers go as well."""
    only_theirs = because == Flag.Erased.REPORTER
    names = _THEIRS if only_theirs else (*_THEIRS, *_ANSWERS)
    for flag in flags:
        _forget_in_decisions(flag, at)
        for name in names:
            setattr(flag, name, "")
        flag.erased_at, flag.erased_because = at, because
        # No job reads it any more.
        flag.placed_at = flag.placed_at or at
        flag.version += 1
    Flag.objects.bulk_update(flags, [*names, "erased_at", "erased_because", "placed_at", "version"], batch_size=200)
    ids = [flag.pk for flag in flags]
    events = AuditEvent.objects.filter(target_type=Flag._meta.label_lower, target_id__in=list(map(str, ids)))
    erase_digests(events.filter(verb__in=_THEIR_VERBS) if only_theirs else events, at)
    for forget in OF_FLAGS if only_theirs else (*OF_FLAGS, *OF_ANSWERS):
        forget(ids, at)
    _rename_emptied({flag.pattern_id for flag in flags if flag.pattern_id}, at)


def _forget_in_decisions(flag: Flag, at: datetime) -> None:
    """When a reporter said that it came back, the decision about the pattern repeats their words."""
    returned = PatternDecision.objects.filter(verb="returned", decided_by__isnull=True).exclude(text="")
    # Of the whole pilot: the flag may have moved to another pattern since.
    repeating = list(returned.filter(pilot=flag.pilot_id)) if flag.recurrences else []
    if not repeating:
        return
    said = AuditEvent.objects.filter(target_type=Flag._meta.label_lower, target_id=str(flag.pk), verb="flag.reopened")
    for decision in repeating:
        if any(is_digest_of(event, "note", decision.text) for event in said):
            _erase_decision(decision, at)


def _erase_decision(decision: PatternDecision, at: datetime) -> None:
    about = AuditEvent.objects.filter(
        target_type=Pattern._meta.label_lower, target_id=str(decision.pattern_id), verb="pattern.returned"
    )
    told = [event.pk for event in about if is_digest_of(event, "text", decision.text)]
    erase_digests(AuditEvent.objects.filter(pk__in=told), at)
    decision.text = ""
    decision.save(update_fields=["text"])


def _rename_emptied(patterns: Iterable[object], at: datetime) -> None:
    """A title that a job took from words that are all erased goes with them."""
    left = Flag.objects.filter(erased_at__isnull=True, pattern__in=list(patterns)).values("pattern")
    emptied = Pattern.objects.filter(pk__in=list(patterns), is_renamed=False).exclude(pk__in=left)
    emptied.update(title=f"Its flags were erased on {at:%-d %B %Y}", terms=[])
