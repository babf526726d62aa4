import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.grouping.wording import LONGEST_TITLE, WITHOUT_WORDS, terms, title

REFUNDS = ["The refund deadline is wrong", "It gives a wrong refund deadline", "refund deadline: 90 days, please check"]
OTHERS = ["The name is wrong", "Please check the date", "wrong date again", "90 days ago it worked"]


def test_terms_are_what_sets_it_apart() -> None:
    found = terms(REFUNDS, OTHERS)
    assert found[0] == "refund deadline"
    assert "the" not in found


def test_terms_do_not_repeat_each_other() -> None:
    words = " ".join(terms(REFUNDS, OTHERS)).split()
    assert len(words) == len(set(words))


def test_what_redaction_put_there_is_no_term() -> None:
    assert terms(["[e-mail] [key]", "[e-mail] [key]"], OTHERS) == []


def test_without_others_there_are_terms_too() -> None:
    assert "refund deadline" in terms(REFUNDS, [])
    assert terms([], OTHERS) == []


def test_no_more_terms_than_asked_for() -> None:
    assert len(terms([" ".join(REFUNDS + OTHERS)] * 2, [], most=2)) == 2


def test_the_title_is_the_most_central_flag() -> None:
    assert title(["refund"], "\n  The refund   deadline is wrong \nIt says 90 days.") == "The refund deadline is wrong"


@pytest.mark.parametrize("text", ["", "…\n!!", "[e-mail]"])
def test_without_words_the_title_is_the_terms(text: str) -> None:
    assert title(["refund deadline", "90 days"], text) == "refund deadline, 90 days"
    assert title([], text) == WITHOUT_WORDS


def test_a_long_title_ends_with_a_word() -> None:
    cut = title([], "The refund deadline is wrong, since it says 90 days where the contract says 30 days in § 4")
    assert cut == "The refund deadline is wrong, since it says 90 days where the contract says 30…"


@given(st.lists(st.text(max_size=30), max_size=3), st.text(max_size=300))
def test_a_title_is_never_empty_nor_too_long(words: list[str], text: str) -> None:
    found = title(words, text)
    assert found.strip()
    assert 0 < len(found) <= LONGEST_TITLE
