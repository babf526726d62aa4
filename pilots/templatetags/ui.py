"""What templates need to look alike: icons, the look of a state, dates, Markdown, differences, form errors."""

import datetime as dt
import difflib
import re

import nh3
from django import template
from django.forms import BoundField, Field, FileField
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from pilots.icons import ICONS, Look, look_of
from pilots.when import day_in_words, days_apart, length_in_words, moment_apart, moment_in_words

register = template.Library()

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_TAGS = frozenset("p br strong em s ul ol li blockquote code pre a hr h3 h4 h5 table thead tbody tr th td".split())  # noqa: SIM905
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of pilots/icons.py. It is decoration: the word stands beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd" d="{}"/></svg>', ICONS[name]
    )


_FIGURE_CODES = re.compile(r" \(M\d\d(?:[–, ]+M\d\d)*\)")


@register.filter
def without_codes(text: str) -> str:
    """What the catalogue expects, as people read it: the codes of figures, “(M01–M04)”, stay in its file."""
    return _FIGURE_CODES.sub("", text)


@register.filter
def look(state: object) -> Look:
    return look_of(str(state))


@register.filter
def severity(level: int) -> str:
    """The state of a severity level: {% include "components/_status.html" with state=flag.severity|severity %}."""
    return f"severity_{level}"


@register.filter
def done(state: object) -> bool:
    """A task list shows these as plain text, so that the open ones stand out."""
    return str(state) in {"accepted", "passed", "met", "not_applicable", "closed", "fixed"}


@register.filter
def bar(state: object) -> str:
    """The class of a mark in a phase strip."""
    tone = look_of(str(state)).tone
    return "" if tone == "idle" else f"bar-{tone}"


@register.simple_tag
def when(moment: dt.datetime | dt.date | None, at: dt.datetime | None = None) -> SafeString | str:
    """A moment or a day in the reader's own time zone: absolute, the relative in brackets. Nothing for None."""
    if moment is None or moment == "":
        return ""
    now = at or timezone.now()
    zone = timezone.get_current_timezone()
    if isinstance(moment, dt.datetime):
        words, apart = moment_in_words(moment, zone), moment_apart(moment, now, zone)
    else:
        words, apart = day_in_words(moment), days_apart((moment - now.astimezone(zone).date()).days)
    return format_html('<time datetime="{}">{} ({})</time>', moment.isoformat(), words, apart)


@register.simple_tag
def since(moment: dt.datetime | dt.date | None, at: dt.datetime | None = None) -> SafeString | str:
    """The day and how long ago, where the hour would be noise."""
    if isinstance(moment, dt.datetime):
        date = moment.astimezone(timezone.get_current_timezone()).date()
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), _day_and_apart(date, at))
    return when(moment, at)


def _day_and_apart(date: dt.date, at: dt.datetime | None) -> str:
    today = (at or timezone.now()).astimezone(timezone.get_current_timezone()).date()
    return f"{day_in_words(date)} ({days_apart((date - today).days)})"


@register.simple_tag
def day(moment: dt.datetime | dt.date | None) -> SafeString | str:
    """The day alone, for table cells where the relative would be noise."""
    if moment is None or moment == "":
        return ""
    date = moment.astimezone(timezone.get_current_timezone()).date() if isinstance(moment, dt.datetime) else moment
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), day_in_words(date))


@register.filter
def took(length: dt.timedelta | None) -> str:
    """“3 hours”; nothing for None."""
    return "" if length is None else length_in_words(length)


@register.filter
def markdown(text: str | None) -> SafeString:
    """People's Markdown as clean HTML: no raw HTML, no pictures, headings below those of the page."""
    tokens = _MARKDOWN.parse(text or "")
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = _HEADINGS[token.tag]
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308  nh3 has just cleaned it


@register.simple_tag
def difference(before: str | None, after: str | None) -> SafeString:
    """What became of a text, word by word, as ins and del."""
    # A space belongs to the word behind it and difflib may skip very common words: with spaces as words of their own
    # two long texts took 20 seconds, now a fiftieth of one.
    old, new = re.findall(r" ?\S+|\s+", before or ""), re.findall(r" ?\S+|\s+", after or "")
    pieces: list[tuple[SafeString]] = []
    for verb, i, j, k, m in difflib.SequenceMatcher(a=old, b=new).get_opcodes():
        removed, added = "".join(old[i:j]), "".join(new[k:m])
        if verb == "equal":
            pieces.append((conditional_escape(added),))
            continue
        if removed[:1] == added[:1] == " ":
            pieces.append((SafeString(" "),))
            removed, added = removed[1:], added[1:]
        if removed:
            pieces.append((format_html("<del>{}</del>", removed),))
        if added:
            pieces.append((format_html("<ins>{}</ins>", added),))
    return format_html_join("", "{}", pieces)


@register.filter
def problems(field: BoundField) -> list[str]:
    """The errors of a field, in the same words at it and in the summary. “This field is required” names no field."""
    generic = Field.default_error_messages["required"]
    return [_say_what_to_do(field) if error == generic else str(error) for error in field.errors]


def _say_what_to_do(field: BoundField) -> str:
    verb = {"check": "Tick", "group": "Choose"}.get(kind(field)) or (
        "Choose" if hasattr(field.field.widget, "choices") or isinstance(field.field, FileField) else "Fill in"
    )
    return f"{verb} “{field.label}”"


@register.filter
def anchor(field: BoundField) -> str:
    """The id that an error summary links to: the control itself, or the first one of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def kind(field: BoundField) -> str:
    """How a field is laid out: `group` (radio buttons, several check boxes), `check` (one check box) or `plain`."""
    widget = field.field.widget
    if getattr(widget, "input_type", "") == "checkbox" and not field.use_fieldset:
        return "check"
    return "group" if field.use_fieldset and hasattr(widget, "choices") else "plain"
