"""M05 to M08, M27, M28 and M35, worked by hand."""

import numpy as np
import pytest

from pilots.stats.metrics.errors import beside, escapes, reviews
from pilots.stats.metrics.exceptions import bridging, exceptions, path_followed, unavailable
from pilots.stats.metrics.load import peak
from pilots.stats.metrics.overrides import justified, overrides
from tests.pilots.metrics.tasks import between, by_code, tasks


def test_overrides_are_counted_of_outputs_of_which_it_is_said_what_became_of_them() -> None:
    # Left out: the third, which gave no output, and the fifth, of which nothing is said. One of three each.
    found = by_code(overrides(tasks([1, 2, 3, 4, 5], outcome=[0, 1, 2, 0, 0], use_made=[0, 2, 2, 1, -1])))
    assert found["M05"].value == pytest.approx(100 / 3) and (found["M05"].n, found["M05"].people) == (3, 3)
    assert found["M05.edited"].value == pytest.approx(100 / 3)
    assert found["M05.unused"].value is None


def test_tasks_done_without_the_tool_are_a_share_of_those_in_scope() -> None:
    assert by_code(overrides(tasks([1]), not_used=5, in_scope=20))["M05.unused"].value == 25


def test_an_override_is_justified_where_most_of_the_panel_would_use_the_persons_version() -> None:
    # Overridden: item 1 by two of three, item 2 by one of two, which is no majority. Accepted: the panel would have
    # rejected 3 and not 4. Of item 5 nobody said anything.
    item = np.array([1, 1, 1, 2, 2, 3, 4, 5])
    overridden = np.array([1, 1, 1, 1, 1, 0, 0, 1], bool)
    found = by_code(justified(item, overridden, np.array([1, 1, 0, 1, 0, 1, 0, -1])))
    assert (found["M06"].value, found["M06"].n) == (50, 2)
    assert (found["M06.mirror"].value, found["M06.mirror"].n) == (50, 2)
    assert "Fewer than 30" in found["M06"].note


def sampled(wrong: int, of: int) -> tuple[np.ndarray, np.ndarray]:
    severity = np.full(of, -1)
    severity[:wrong] = [1, 1, 1, 3, 3, -1][:wrong]
    return np.arange(of) < wrong, severity


def test_escapes_are_counted_in_a_hundred_and_by_severity() -> None:
    # 6 of 200. Wilson: centre (.03 + .0096)/1.0192 = .0389, half 1.923 · √(.0001455 + .0000240) = .0250.
    found = by_code(escapes(*sampled(6, 200)))
    assert found["M07"].value == 3 and between(found["M07"]) == pytest.approx((1.38, 6.39), abs=0.01)
    assert [found[f"M07.s{level}"].value for level in range(5)] == [0, 1.5, 0, 1, 0]
    assert "Severity is not said of 1." in found["M07"].note


@pytest.mark.parametrize(
    ("tolerance", "side"), [(1, "above"), (2, "either"), (5, "either"), (7, "below"), (None, "no tolerance")]
)
def test_escapes_are_above_what_the_recipient_bears_only_with_their_whole_interval(
    tolerance: float | None, side: str
) -> None:
    assert beside(escapes(*sampled(6, 200))[0], tolerance) == side


def test_where_nothing_was_sampled_nothing_is_said_to_escape() -> None:
    found = escapes(*sampled(0, 0), tolerance=1)
    assert {figure.value for figure in found} == {None} and found[0].note == "Not measured."


def test_very_short_checks_are_flagged() -> None:
    # Traces of three of four; they took 10, 2 and 12 min of 10 allowed: 2 is under a quarter of that.
    person, trace = np.array([1, 1, 2, 2]), np.array([True, True, True, False])
    found = by_code(reviews(person, trace, np.array([10, 2, 12, np.nan]), allowed=10))
    assert found["M08"].value == 75 and found["M08.minutes"].value == 10
    assert found["M08.short"].value == pytest.approx(100 / 3)


def test_checks_are_not_called_short_where_nobody_said_how_long_they_may_take() -> None:
    found = by_code(reviews(np.array([1, 2]), np.array([True, True]), np.array([0.1, 0.1])))
    assert found["M08.short"].value is None


def test_each_kind_of_exception_is_a_share_of_all_attempts() -> None:
    found = by_code(exceptions(tasks(range(8), outcome=[0, 1, 2, 2, 3, 4, 5, 0])))
    assert {code: figure.value for code, figure in found.items()} == {
        "M27": 50,
        "M27.none": 25,
        "M27.below": 12.5,
        "M27.human": 12.5,
    }


def test_an_exception_path_that_never_came_up_was_not_followed_nor_missed() -> None:
    assert path_followed(np.array([0]), np.array([0])).value is None
    assert path_followed(np.array([3, 1]), np.array([4, 1])).value == 80
    assert unavailable(None, 100).value is None and unavailable(2, 100).value == 2


def test_bridging_steps_add_up_over_cases() -> None:
    # 6/10 + 10/20 = 1.1 steps a case, 30/10 + 40/20 = 5 min; 40 and 50 % of cases: between 50 and 90 % with any.
    found = by_code(bridging(np.array([10, 20]), np.array([4, 10]), np.array([6, 10]), np.array([30.0, 40.0])))
    assert found["M28"].value == pytest.approx(1.1) and found["M28.minutes"].value == 5
    assert found["M28.cases"].value == 50 and between(found["M28.cases"]) == (50, 90)


def test_the_peak_is_as_slow_as_its_slowest_step() -> None:
    found = by_code(peak(np.array([100, 300]), np.array([1, 7]), np.array([0, 2]), np.array([1.2, 3.4])))
    assert [found[code].value for code in ("M35.latency", "M35.errors", "M35.refused")] == [3.4, 2, 0.5]
    assert peak(*[np.array([0])] * 3, np.array([0.0]))[0].value is None
