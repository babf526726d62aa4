"""Biased pilots of a table that nobody has seen before: what it may look like, and what is said when it may not."""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import forecast
from benchmarks.biased_pilots import Table, WrongTable, read

HEAD = "who,site,kind,age,good,minutes"


def line(number: int) -> str:
    site, kind = "ABC"[number % 3], ("curated", "edge case")[number // 3 % 2]
    return f"u{number // 6},{site},{kind},{20 + number % 37},{int(number % 7 > 1)},{10 + number % 5}.5"


Printed = pytest.CaptureFixture[str]
ROWS = [line(number) for number in range(240)]


def written(folder: Path, lines: list[str], name: str = "table.csv") -> Path:
    text, path = "\n".join([HEAD, *lines]) + "\n", folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode("utf-8-sig"))
    return path


def printed(capsys: Printed, monkeypatch: pytest.MonkeyPatch, path: Path, *more: str) -> dict[str, float]:
    monkeypatch.setattr(sys, "argv", ["forecast", "--csv", str(path), "--pilots", "4", *more])
    assert forecast.main() == 0
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


@pytest.mark.parametrize("name", ["table.csv", "table.csv.gz"])
@pytest.mark.parametrize(
    "more",
    [
        ["--outcome", "good", "--factors", "site,kind", "--user", "who", "--pairs", "site:kind"],
        ["--outcome", "minutes", "--kind", "continuous", "--factors", "site,age"],
        ["--outcome", "good", "--factors", "kind", "--ordered", "kind:curated<edge case"],
    ],
)
def test_one_object_is_printed_last(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch, name: str, more: list[str]
) -> None:
    found = printed(capsys, monkeypatch, written(tmp_path, ROWS, name), *more)
    names = [
        "rmse_ratio",
        "coverage95",
        "coverage80",
        "interval_score_ratio",
        "median_bias",
        "seconds_per_fit",
        "pilots",
    ]
    assert list(found) == names and found["pilots"] == 4 and np.isfinite(list(found.values())).all()


def test_a_column_that_is_not_there_is_named(tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["forecast", "--csv", str(written(tmp_path, ROWS)), "--outcome", "good", "--factors", "site,mood"]
    monkeypatch.setattr(sys, "argv", arguments)
    assert forecast.main() == 2
    assert "no column 'mood'; there are who, site, kind" in capsys.readouterr().err


def table(folder: Path, lines: list[str], factors: list[str], outcome: str = "good") -> Table:
    return Table.of(read(written(folder, lines)), outcome, "binary", factors, None)


def test_rows_without_an_outcome_are_left_out_and_an_empty_level_is_a_level(tmp_path: Path) -> None:
    found = table(tmp_path, ["u1,,edge,30,1,2", "u1,A,edge,30,NA,2", "u1,A,edge,30,,2", "u1,A,edge,30,no,2"], ["site"])
    assert found.outcomes.tolist() == [1, 0] and found.levels == (("", "A"),)


@pytest.mark.parametrize(
    ("value", "said"), [("2", "is it --kind continuous"), ("so-so", "no number"), ("NA", "No row")]
)
def test_an_outcome_that_is_none_is_refused(tmp_path: Path, value: str, said: str) -> None:
    with pytest.raises(WrongTable, match=said):
        table(tmp_path, [f"u1,A,edge,30,{value},2"], ["site"])


def test_an_order_that_leaves_a_level_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongTable, match="where edge case belongs"):
        table(tmp_path, ROWS, ["kind"]).terms([], {"kind": ["curated"]})


def test_a_pair_of_what_is_no_factor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongTable, match="'age' is not one of the factors site"):
        table(tmp_path, ROWS, ["site"]).terms([("site", "age")], {})


def test_a_factor_with_one_level_and_a_table_of_a_dozen_rows_will_do(tmp_path: Path) -> None:
    small = table(tmp_path, [row.replace(",B,", ",A,").replace(",C,", ",A,") for row in ROWS[:12]], ["site", "kind"])
    assert len(forecast.of_table(small, small.terms([], {}), range(3), 0)) == 3


def test_many_different_numbers_are_cut_into_fifths(tmp_path: Path) -> None:
    assert len(table(tmp_path, ROWS, ["age"]).levels[0]) == 5


def test_a_pilot_is_the_same_whichever_others_are_drawn(tmp_path: Path) -> None:
    whole = table(tmp_path, ROWS, ["site", "kind"])
    (alone,), (_, last) = whole.pilots([1], 3), whole.pilots([0, 1], 3)
    assert alone.count.tolist() == last.count.tolist() and alone.mean.tolist() == last.mean.tolist()
