from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.grouping.patterns import NAMELESS, Corpus, Merged, Night, look_at_everything, place
from tests.feedback.grouping import NEW, corpus, flags

ALIKE = [(0, 0)] * 4 + [(0, 1)] * 3
IN_TWO = [3] * 4 + [7] * 3


def began(night: Night) -> list[tuple[int, ...]]:
    return [begun.rows for begun in night.begun]


def merges(night: list[Merged]) -> list[tuple[int, int]]:
    return [(merged.gone, merged.kept) for merged in night]


def test_three_flags_from_two_people_begin_a_pattern() -> None:
    night = look_at_everything(corpus(flags(*[(0, 0)] * 3, (1, 0)), [NEW] * 4, [1, 1, 2, 3]))
    assert began(night) == [(0, 1, 2)]
    assert 0.7 < night.begun[0].similarity < 1


def test_two_flags_begin_nothing() -> None:
    assert began(look_at_everything(corpus(flags((0, 0), (0, 0), (1, 0)), [NEW] * 3))) == []


def test_one_person_begins_nothing_however_often_they_flag() -> None:
    assert began(look_at_everything(corpus(flags(*[(0, 0)] * 9), [NEW] * 9, [4] * 9))) == []


def test_all_who_gave_no_name_count_as_one_person() -> None:
    said = flags(*[(0, 0)] * 9)
    assert began(look_at_everything(corpus(said, [NEW] * 9, [NAMELESS] * 9))) == []
    assert len(began(look_at_everything(corpus(said, [NEW] * 9, [NAMELESS] * 8 + [4])))) == 1


def test_a_flag_that_a_person_left_unsorted_begins_nothing() -> None:
    assert began(look_at_everything(corpus(flags(*[(0, 0)] * 3), [NEW] * 3, pinned=[1]))) == []


def test_the_unsorted_join_before_anything_begins() -> None:
    night = look_at_everything(corpus(flags(*[(0, 0)] * 7), [5] * 4 + [NEW] * 3))
    assert [(joined.row, joined.pattern) for joined in night.joined] == [(4, 5), (5, 5), (6, 5)]
    assert began(night) == []


def test_like_patterns_merge_and_the_larger_keeps_its_number() -> None:
    night = look_at_everything(corpus(flags(*ALIKE), IN_TWO))
    assert merges(night.merged) == [(7, 3)]
    assert night.suggested == []


def test_of_patterns_as_large_as_each_other_the_older_keeps_its_number() -> None:
    assert merges(look_at_everything(corpus(flags(*ALIKE[1:]), [7] * 3 + [3] * 3)).merged) == [(7, 3)]


def test_a_merge_that_would_change_what_a_person_touched_is_suggested() -> None:
    for touched, expected in (({3}, (7, 3)), ({7}, (3, 7)), ({3, 7}, (7, 3))):
        night = look_at_everything(corpus(flags(*ALIKE), IN_TWO, touched=touched))
        assert (night.merged, merges(night.suggested)) == ([], [expected])


def test_a_pattern_with_a_flag_that_a_person_put_there_is_not_merged_by_a_job() -> None:
    night = look_at_everything(corpus(flags(*ALIKE), IN_TWO, pinned=[6]))
    assert (night.merged, merges(night.suggested)) == ([], [(3, 7)])


def test_what_a_person_separated_is_neither_merged_nor_suggested_again() -> None:
    for touched in ((), (3,)):
        night = look_at_everything(corpus(flags(*ALIKE), IN_TWO, touched=touched, separate={frozenset((3, 7))}))
        assert (night.merged, night.suggested) == ([], [])


def test_two_that_a_person_separated_do_not_meet_in_a_third() -> None:
    said = flags(*[(0, 0)] * 4, *[(0, 1)] * 3, *[(0, 1)] * 3)
    night = look_at_everything(corpus(said, [3] * 4 + [7] * 3 + [9] * 3, separate={frozenset((3, 7))}))
    assert merges(night.merged) == [(9, 7)]


def test_a_merge_never_brings_a_flag_where_a_person_took_it_out() -> None:
    night = look_at_everything(corpus(flags(*ALIKE), IN_TWO, apart={(5, 3)}))
    assert (night.merged, night.suggested) == ([], [])


def test_a_group_that_is_like_an_old_pattern_joins_it() -> None:
    """Alone each is drawn to two flags of a pattern that is about something else, and so joins nothing."""
    said = flags(*[(0, 0)] * 4, *[(0, 1)] * 2, *[(9, 0)] * 20, *[(0, 1)] * 3)
    before = corpus(said, [3] * 4 + [7] * 22 + [NEW] * 3, touched={7})
    assert place(before, [26, 27, 28]) == []
    night = look_at_everything(before)
    assert [(joined.row, joined.pattern) for joined in night.joined] == [(26, 3), (27, 3), (28, 3)]
    assert (night.begun, night.merged) == ([], [])
    assert all(set(joined.nearest) <= {0, 1, 2, 3} and joined.vote < 0.5 for joined in night.joined)


def test_a_flag_goes_where_it_fits_better() -> None:
    said = flags(*[(0, 0)] * 4, *[(1, 0)] * 4)
    (moved,) = look_at_everything(corpus(said, [3] * 4 + [7] * 3 + [3])).moved
    assert (moved.row, moved.before, moved.after) == (7, 3, 7)
    assert moved.similarity > moved.own + 0.1


def test_no_job_moves_what_a_person_decided() -> None:
    said, pattern = flags(*[(0, 0)] * 4, *[(1, 0)] * 4), [3] * 4 + [7] * 3 + [3]
    for decided in ({"pinned": [7]}, {"touched": {3}}, {"touched": {7}}, {"apart": {(7, 7)}}):
        assert look_at_everything(corpus(said, pattern, **decided)).moved == []


@st.composite
def pilots(draw: st.DrawFn) -> Corpus:
    about = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40))
    rows, codes = st.integers(0, len(about) - 1), st.integers(0, 5)
    each = {"min_size": len(about), "max_size": len(about)}
    return corpus(
        flags(*about, topic=draw(st.sampled_from([0.3, 0.45, 0.6])), shade=draw(st.sampled_from([0.1, 0.3]))),
        draw(st.lists(st.integers(NEW, 5), **each)),
        draw(st.lists(st.integers(NAMELESS, 3), **each)),
        pinned=draw(st.sets(rows, max_size=5)),
        touched=draw(st.sets(codes, max_size=3)),
        apart=draw(st.sets(st.tuples(rows, codes), max_size=5)),
        separate=draw(st.sets(st.frozensets(codes, min_size=2, max_size=2), max_size=3)),
    )


def the_day_after(before: Corpus, night: Night) -> Corpus:
    pattern = before.pattern.copy()
    for joined in night.joined:
        pattern[joined.row] = joined.pattern
    for number, begun in enumerate(night.begun):
        pattern[list(begun.rows)] = max(100, before.pattern.max() + 1) + number
    for merged in night.merged:
        pattern[pattern == merged.gone] = merged.kept
    for moved in night.moved:
        assert pattern[moved.row] == moved.before
        pattern[moved.row] = moved.after
    return replace(before, pattern=pattern)


@given(pilots())
def test_whatever_happens_in_a_night_what_people_decided_holds(before: Corpus) -> None:
    night = look_at_everything(before)
    after = the_day_after(before, night)
    changed = np.flatnonzero(before.pattern != after.pattern)
    assert not before.pinned[changed].any()
    assert not before.touched & set(before.pattern[changed].tolist())
    assert not {(row, int(after.pattern[row])) for row in changed} & before.apart
    merged = {frozenset((one.gone, one.kept)) for one in night.merged + night.suggested}
    assert not merged & before.separate
    assert not before.touched & {code for one in night.merged for code in (one.gone, one.kept)}
    assert all(before.touched & {one.gone, one.kept} or before.pinned.any() for one in night.suggested)


@given(pilots())
@settings(max_examples=25)
def test_the_same_flags_always_give_the_same_night(before: Corpus) -> None:
    assert look_at_everything(before) == look_at_everything(replace(before))


@given(pilots())
@settings(max_examples=50)
def test_every_pattern_that_begins_has_enough_flags_and_people(before: Corpus) -> None:
    for begun in look_at_everything(before).begun:
        assert len(begun.rows) >= 3
        assert len(set(before.reporter[list(begun.rows)].tolist())) >= 2


def test_patterns_stay_themselves_while_flags_come() -> None:
    """Four topics, ten new flags a day: whoever had a pattern yesterday has the same one today."""
    random = np.random.default_rng(7)
    said = flags(*[(int(topic), 0) for topic in random.integers(0, 4, 120)])
    days = corpus(said[:10], [NEW] * 10)
    for count in range(10, 121, 10):
        had = days.pattern
        days = corpus(said[:count], [*had.tolist(), *[NEW] * (count - len(had))])
        days = the_day_after(days, look_at_everything(days))
        kept = had != NEW
        assert (days.pattern[: len(had)][kept] == had[kept]).all()
    assert (days.pattern != NEW).mean() > 0.9
