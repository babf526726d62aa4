"""Dates, Markdown, differences, states and form errors, as pages show them."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone

from pilots.icons import ICONS, STATES
from pilots.templatetags import ui
from pilots.templatetags.figures import percent
from pilots.when import days_apart, moment_apart

AT = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (-13, "13 days ago"),
        (-14, "2 weeks ago"),
        (9, "in 9 days"),
        (60, "in 1 month"),
        (-400, "13 months ago"),
        (-800, "2 years ago"),
    ],
)
def test_days_in_words(days: int, words: str) -> None:
    assert days_apart(days) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "just now"), (-1, "1 minute ago"), (-59, "59 minutes ago"), (-120, "2 hours ago"), (90, "in 1 hour")],
)
def test_moments_in_words(minutes: int, words: str) -> None:
    assert moment_apart(AT + dt.timedelta(minutes=minutes), AT, dt.UTC) == words


def test_yesterday_is_yesterday_where_the_reader_is() -> None:
    evening = AT - dt.timedelta(hours=13)
    assert moment_apart(evening, AT, dt.UTC) == "today"
    assert moment_apart(evening, AT, BERLIN) == "yesterday"


def test_a_moment_is_absolute_first_and_in_the_readers_zone() -> None:
    with timezone.override(BERLIN):
        html = ui.when(AT - dt.timedelta(hours=2), AT)
    assert html == '<time datetime="2026-11-22T21:30:00+00:00">22 Nov 2026, 22:30 (2 hours ago)</time>'


def test_nothing_is_written_for_no_date() -> None:
    assert ui.when(None) == ui.day(None) == ui.since(None) == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/pixel.png)",
        '<a href="data:text/html,x">x</a>',
        "<style>*{display:none}</style>",
    ],
)
def test_markdown_lets_nothing_through_that_acts(hostile: str) -> None:
    html = ui.markdown(hostile)
    assert not re.search(r"<(script|img|style)|<a [^>]*href=.(javascript|data):", html)


def test_markdown_keeps_what_people_write() -> None:
    html = ui.markdown("# Tasks\n\n- one **two**\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n[x](https://example.org)")
    assert "<h3>Tasks</h3>" in html
    assert "<strong>two</strong>" in html
    assert "<td>1</td>" in html
    assert 'rel="noopener nofollow"' in html


def test_a_difference_is_by_words_and_escaped() -> None:
    html = ui.difference("14 volunteers <b>", "14 nominated <b>")
    assert html == "14 <del>volunteers</del><ins>nominated</ins> &lt;b&gt;"


def test_every_state_has_an_icon_a_word_and_a_tone() -> None:
    tones = {"passed", "caution", "waiting", "blocked", "idle", "severe"}
    assert all(look.icon in ICONS and look.word and look.tone in tones for look in STATES.values())


def test_not_measured_is_as_loud_as_a_bad_figure() -> None:
    assert STATES["not_measured"].tone == STATES["blocked"].tone


def test_an_unknown_state_does_not_break_the_page() -> None:
    html = Template('{% include "components/_status.html" with state="half_way" %}').render(Context())
    assert "Half way" in html
    assert "tone-idle" in html


class Answer(forms.Form):
    kind = forms.ChoiceField(label="How", choices=[("a", "A")], widget=forms.RadioSelect)
    text = forms.CharField(label="Answer", help_text="One paragraph")
    owner = forms.ChoiceField(choices=[("", ""), ("1", "Ann")])
    sure = forms.BooleanField(label="I have read it")
    note = forms.CharField(required=False)


def rendered(form: forms.Form) -> str:
    return Template('{% include "components/_fields.html" %}').render(Context({"form": form}))


def test_a_missing_field_is_named_in_what_to_do() -> None:
    form = Answer({})
    words = [error for field in form.visible_fields() for error in ui.problems(field)]
    assert words == ["Choose “How”", "Fill in “Answer”", "Choose “Owner”", "Tick “I have read it”"]


def test_the_summary_links_each_error_to_its_control() -> None:
    form = Answer({})
    summary = Template('{% include "components/_error_summary.html" %}').render(Context({"form": form}))
    page = rendered(form)
    for target in ("id_kind_0", "id_text", "id_owner", "id_sure"):
        assert f'href="#{target}"' in summary
        assert f'id="{target}"' in page


def test_a_field_names_its_hint_and_error_to_screen_readers() -> None:
    page = rendered(Answer({}))
    assert 'aria-describedby="id_text_helptext id_text_error"' in page
    assert 'id="id_text_helptext"' in page
    assert 'id="id_text_error"' in page


def test_only_optional_fields_say_so() -> None:
    assert rendered(Answer()).count("(optional)") == 1


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 420, "0 %"), (1, 420, "under 1 %"), (5, 420, "1 %"), (419, 420, "over 99 %"), (420, 420, "100 %"), (0, 0, "")],
)
def test_a_few_of_many_are_neither_none_nor_all(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


@pytest.mark.parametrize(
    ("expected", "read"),
    [
        ("Time ledger (M01–M04) or signed 'not measured'", "Time ledger or signed 'not measured'"),
        ("Override log; blind sample (M05, M06)", "Override log; blind sample"),
        ("Runbook (in German)", "Runbook (in German)"),
    ],
)
def test_codes_of_figures_stay_in_the_catalogues_file(expected: str, read: str) -> None:
    assert ui.without_codes(expected) == read
