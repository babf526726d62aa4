"""The arithmetic of benchmarks, where a mistake would look like a good figure."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import grouping, returns
from benchmarks.alarms import alarms, enough, three_sigma
from benchmarks.figures import Figure, in_turn
from benchmarks.grouping import UNSORTED, absorbed, agreement
from benchmarks.streams import Texts, WrongFile, arrivals, read
from benchmarks.surges import YEARS, our_alarms, quiet_series, spread_of

APART = np.array(["a", "a", "a", "b", "b", "b"])


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def test_groups_as_the_labels_say_agree_in_everything() -> None:
    figures = agreement(APART, np.array([7, 7, 7, 2, 2, 2]))
    assert {figures[name] for name in ("bcubed_f", "v_measure", "ari")} == {1}


def test_agreement_by_hand() -> None:
    """One of the second kind lies with the first: of its pattern's four texts one is its kind's, and so on."""
    figures = agreement(APART, np.array([1, 1, 1, 1, 2, 2]))
    assert figures["bcubed_p"] == pytest.approx((3 * 3 / 4 + 1 / 4 + 2) / 6)
    assert figures["bcubed_r"] == pytest.approx((3 + 1 / 3 + 2 * 2 / 3) / 6)
    assert figures["ari"] == pytest.approx((4 - 6 * 7 / 15) / ((6 + 7) / 2 - 6 * 7 / 15))


def test_what_lies_unsorted_is_alone() -> None:
    figures = agreement(APART, np.full(6, UNSORTED))
    assert figures["bcubed_p"] == 1 and figures["bcubed_r"] == pytest.approx(1 / 3)
    assert figures["ari"] == 0 and figures["patterns_5"] == 0


def test_what_fits_nowhere_is_right_when_it_is_alone() -> None:
    labels = np.array(["a", "a", "oos_x", "oos_x"])
    assert agreement(labels, np.array([1, 1, UNSORTED, UNSORTED]))["bcubed_f"] == 1
    assert agreement(labels, np.array([1, 1, 2, 2]))["bcubed_p"] == pytest.approx(3 / 4)
    assert absorbed(labels, np.array([1, 1, 2, UNSORTED])) == 0.5
    assert absorbed(labels[:2], np.array([1, 1])) is None


@pytest.mark.parametrize("many", [1, 30])
def test_a_single_kind_is_no_division_by_nothing(many: int) -> None:
    figures = agreement(np.full(many, "a"), np.zeros(many, np.int64))
    assert figures["bcubed_f"] == figures["v_measure"] == figures["ari"] == 1


def test_a_file_may_begin_with_a_mark_and_have_empty_lines_and_dates(tmp_path: Path) -> None:
    text = "text,label,day\n\n“so”,a,2026-02-28\n\nother,b,2026-03-01T08:00\n"
    texts = read(written(tmp_path / "a.csv", text, "utf-8-sig"))
    assert texts.texts == ["“so”", "other"] and texts.day is not None
    assert np.diff(texts.day).tolist() == [1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("txt,label\na,b\n", "no column text"),
        ("text,label\n", "no rows"),
        ("text,label\na,b\nc,\n", "line 3: a row needs"),
        ("text,label,day\na,b,monday\n", "“monday” is neither"),
    ],
)
def test_a_wrong_file_is_told_apart_by_line_and_reason(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(WrongFile, match=why):
        read(written(tmp_path / "a.csv", text))


def test_the_figures_are_exactly_those_that_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.csv", "text,label\n" + "".join(f"word{n % 3} {n},k{n % 3}\n" for n in range(20)))
    monkeypatch.setattr("sys.argv", ["grouping", "--csv", str(path), "--orders", "1"])
    assert grouping.main() == 0
    last = capsys.readouterr().out.splitlines()[-1]
    wanted = "bcubed_f bcubed_p bcubed_r v_measure ari patterns_5 true_5 found oos_absorbed churn_per_day"
    wanted += " seconds_total seconds_last_night rss_mb"
    assert list(grouping.json.loads(last)) == wanted.split()


def test_a_given_day_is_kept_and_every_text_arrives_once() -> None:
    texts = Texts(["x"] * 4, np.array(["a"] * 4), np.array([3, 1, 2, 1]))
    order, days = arrivals(texts, seed=0)
    assert order.tolist() == [1, 3, 2, 0] and days.tolist() == [1, 1, 2, 3]


def test_of_a_changed_text_the_day_after_counts() -> None:
    vectors = np.eye(384, dtype=np.float32)[[0, 0, 0, 1, 1, 1]]
    stream = grouping.run(vectors, np.array([0, 0, 0, 1, 1, 1]))
    assert stream.churn == [0.0] and stream.pattern.tolist() == [0, 0, 0, 1, 1, 1]


def test_three_flags_in_a_week_are_enough_whenever_they_came() -> None:
    counts = np.zeros((1, 20))
    counts[0, [3, 6, 9]] = 1
    assert np.flatnonzero(enough(np.ones((1, 20)), counts)[0] > 0).tolist() == [9]


def test_a_rule_is_quiet_for_a_week_after_its_alarm() -> None:
    score = np.zeros((1, 80))
    score[0, [50, 55, 70]] = 5
    assert alarms(score, 3).tolist() == [2]
    assert three_sigma(np.ones((1, 60)))[0, -1] == 0


def test_nothing_alarms_before_it_has_learned() -> None:
    ((counts, exposure), *_) = quiet_series(3, crowded=False)
    counts[:, 20] = 50
    assert all(day >= 42 for days in our_alarms(counts, exposure, 1.0) for day in days)


def test_few_false_alarms_on_a_small_part_of_the_protocol() -> None:
    quiet = quiet_series(12, crowded=False)
    spread = spread_of(quiet)
    assert 1.1 < spread < 1.5
    assert sum(len(days) for one in quiet for days in our_alarms(*one, spread)) / (12 * len(quiet)) / YEARS < 1.0


def test_what_is_fixed_is_rarely_opened_and_what_is_back_is_found() -> None:
    held = returns.ours(*returns.fixes(8, 8 * 0.3, 400, seed=5))
    back = returns.ours(*returns.fixes(2, 2, 400, seed=6))
    assert (held < returns.NEVER).mean() <= 0.05 and (back <= 7).mean() >= 0.88


def test_no_rule_finds_more_than_the_best_of_all_tests() -> None:
    assert returns.best_possible(2, 7, 0.05) > returns.best_possible(2, 7, 0.02) > 0.9
    assert returns.best_possible(2, 7, 0.05) < returns.best_possible(2, 14, 0.05)


def test_a_ratio_is_taken_round_by_round() -> None:
    ones, others = iter([2.0, 30.0, 4.0, 5.0, 6.0]), iter([1.0, 10.0, 2.0, 5.0, 2.0])
    assert in_turn(lambda: next(ones), lambda: next(others)) == (5.0, 2.0, 2.0)


def test_below_a_floor_and_short_of_an_aim_are_told_apart() -> None:
    assert Figure("a", 3, 2, 1, less_is_better=True).judged == "BELOW THE FLOOR"
    assert Figure("a", 1.5, 2, 1, less_is_better=True).judged == "above the floor"
    assert Figure("a", 1.5, 1, 1.2).judged == "aim reached"
