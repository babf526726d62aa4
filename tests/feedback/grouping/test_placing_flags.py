import numpy as np
import pytest

from feedback.grouping.patterns import Thresholds, central, nearest_patterns, place
from tests.feedback.grouping import NEW, corpus, flags

REFUNDS, DATES, NAMES = (0, 0), (1, 0), (2, 0)
TWO_PATTERNS = [REFUNDS] * 4 + [DATES] * 4
IN_TWO = [0] * 4 + [1] * 4


def test_a_flag_joins_the_pattern_that_it_is_like() -> None:
    new = corpus(flags(*TWO_PATTERNS, DATES, REFUNDS), [*IN_TWO, NEW, NEW])
    assert [(placed.row, placed.pattern) for placed in place(new, [8, 9])] == [(8, 1), (9, 0)]


def test_a_flag_that_is_like_nothing_stays_unsorted() -> None:
    assert place(corpus(flags(*TWO_PATTERNS, NAMES), [*IN_TWO, NEW]), [8]) == []


def test_what_is_a_little_like_all_of_them_and_much_like_none_stays_unsorted() -> None:
    new = corpus(flags(*TWO_PATTERNS, (0, 3), topic=0.4, shade=0.4), [*IN_TWO, NEW])
    assert new.centred[8] @ new.centred[:4].mean(axis=0) > Thresholds().join
    assert place(new, [8]) == []
    assert [placed.pattern for placed in place(new, [8], Thresholds(beside=0.3))] == [0]


def test_without_patterns_there_is_nothing_to_join() -> None:
    assert place(corpus(flags(REFUNDS, REFUNDS), [NEW, NEW]), [0, 1]) == []


def test_it_says_why() -> None:
    new = corpus(flags(*TWO_PATTERNS, REFUNDS), [*IN_TWO, NEW])
    (placed,) = place(new, [8])
    alike = new.centred[:4] @ new.centred[8]
    assert placed.similarity == pytest.approx(alike.mean(), abs=1e-5)
    assert placed.vote == pytest.approx(1, abs=0.01)
    assert placed.nearest == (0, 1, 2)


def test_a_flag_never_goes_back_where_a_person_took_it_out() -> None:
    like_both = flags(*[(0, 0)] * 4, *[(0, 1)] * 4, (0, 0), topic=0.7, shade=0.2)
    assert place(corpus(like_both, [*IN_TWO, NEW]), [8])[0].pattern == 0
    assert place(corpus(like_both, [*IN_TWO, NEW], apart={(8, 0)}), [8])[0].pattern == 1
    assert place(corpus(like_both, [*IN_TWO, NEW], apart={(8, 0), (8, 1)}), [8]) == []


def test_a_flag_that_a_person_left_unsorted_stays_so() -> None:
    assert place(corpus(flags(*TWO_PATTERNS, REFUNDS), [*IN_TWO, NEW], pinned=[8]), [8]) == []


def test_a_flag_that_has_its_pattern_keeps_it() -> None:
    assert place(corpus(flags(*TWO_PATTERNS), [1, *IN_TWO[1:]]), range(8)) == []


def test_a_pattern_that_a_person_touched_still_takes_flags() -> None:
    assert place(corpus(flags(*TWO_PATTERNS, REFUNDS), [*IN_TWO, NEW], touched={0}), [8])[0].pattern == 0


def test_how_many_are_placed_at_once_makes_no_difference() -> None:
    random = np.random.default_rng(0)
    drawn = random.normal(size=(400, 384)).astype(np.float32) + 3 * flags(*TWO_PATTERNS)[random.integers(0, 8, 400)]
    pattern = np.where(np.arange(400) < 100, random.integers(0, 7, 400), NEW)
    new = corpus(drawn * 4 + 10 * drawn[:1], pattern.tolist(), apart={(150, 3), (151, 2)})
    low = Thresholds(join=0.01, beside=0.01)
    together = place(new, range(400), low)
    one_by_one = [placed for row in range(400) for placed in place(new, [row], low)]
    assert [(p.row, p.pattern, p.nearest) for p in together] == [(p.row, p.pattern, p.nearest) for p in one_by_one]
    assert len(together) > 50


def test_finer_asks_for_more() -> None:
    new = corpus(flags(*TWO_PATTERNS, (0, 3), topic=0.62, shade=0.3), [*IN_TWO, NEW])
    assert [len(place(new, [8], Thresholds.of(how))) for how in ("coarser", "normal", "finer")] == [1, 1, 0]


def test_the_most_central_flag_comes_first() -> None:
    said = corpus(flags((0, 1), (0, 0), (0, 0), (0, 2), (0, 0)), [0] * 5)
    assert central(said, [0, 1, 2, 3, 4])[:3] == [1, 2, 4]
    assert central(said.centred, [4, 0]) == [0, 4]


def test_a_pattern_knows_its_nearest() -> None:
    said = [(0, 0)] * 3 + [(0, 1)] * 3 + [(1, 0)] * 3
    near = nearest_patterns(corpus(flags(*said), [5] * 3 + [6] * 3 + [7] * 3))
    assert [code for code, _ in near[5]] == [6]
    assert near[7] == []
    assert nearest_patterns(corpus(flags(*said), [5] * 3 + [6] * 3 + [7] * 3, separate={frozenset((5, 6))}))[5] == []
