"""Writing an answer: its kind, its words, and the files and links it rests on."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html

from governance.actions.answers import Link
from governance.forms.items import ItemForm
from governance.models import Answer, Evidence, Item
from pilots.forms.files import ManyFilesField
from pilots.forms.plain import PlainForm
from pilots.when import day_in_words

# Enough for nearly everybody; a page without scripts cannot add a row and keep the files that were chosen.
ROWS_OF_LINKS: Final = 8
LINKS_IN_SIGHT: Final = 2

_KINDS: Final = {
    Answer.Kind.ANSWERED: "It rests on a file or a link below.",
    Answer.Kind.NOT_MEASURED: "Nobody knows yet. Say why, and what it would take to know. It stays in sight.",
    Answer.Kind.NOT_APPLICABLE: "It does not arise in this pilot. Say why.",
}


class LinkForm(PlainForm):
    title = forms.CharField(label="What it is", max_length=200, required=False)
    url = forms.URLField(
        label="Address",
        max_length=1000,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Write it like https://records.example.org/note."},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("title") and not data.get("url") and "url" not in self.errors:
            self.add_error("url", "Fill in the address, or empty both.")
        if data.get("url") and not data["url"].startswith(("https://", "http://")):
            self.add_error("url", "An address starts with https:// or http://.")
        return data


class AnswerForm(ItemForm):
    kind = forms.ChoiceField(label="What kind of answer is it?", widget=forms.RadioSelect)
    text = forms.CharField(
        label="The answer, or the reason",
        max_length=20_000,
        help_text="Markdown works: **bold**, lists, tables, links.",
        widget=forms.Textarea(attrs={"rows": "12"}),
    )
    keep = forms.TypedMultipleChoiceField(
        label="Evidence of earlier answers", required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple,
        help_text="What stays ticked belongs to the new answer as well."
    )  # fmt: skip
    files = ManyFilesField(  # type: ignore[assignment]  # a form moves its fields out of the way of its own attributes
        label="Files", required=False, help_text="Up to 25 MB each, 20 at a time."
    )

    def __init__(self, data: Any = None, files: Any = None, *, item: Item) -> None:
        super().__init__(data, files, initial=_initial(item))
        kinds = [kind for kind in Answer.Kind if kind != Answer.Kind.NOT_MEASURED or item.question.may_be_not_measured]
        self._set_choices("kind", [(kind.value, _explained(kind)) for kind in kinds])
        earlier = (
            Evidence.objects.filter(answers__item=item).select_related("added_by").distinct().order_by("-added_at")
        )
        self._set_choices("keep", [(str(row.pk), _described(row)) for row in earlier])
        if not earlier:
            del self.fields["keep"]
        sent = data if data is not None and "links-TOTAL_FORMS" in data else None
        self.links: BaseFormSet[LinkForm] = formset_factory(LinkForm, extra=ROWS_OF_LINKS)(sent, prefix="links")

    def _set_choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def lost_files(self) -> bool:
        """Files were chosen, and the browser will not keep them for the next try."""
        return bool(self.errors) and bool(self.files)

    @property
    def many_links(self) -> bool:
        return self.links.is_bound and any(row.has_changed() for row in self.links.forms[LINKS_IN_SIGHT:])

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        if not self.links.is_bound:
            return data
        if not self.links.is_valid():
            wrong = [str(number) for number, row in enumerate(self.links.forms, 1) if row.errors]
            self.add_error(
                None, f"Mend the address of link {' and '.join(wrong)}." if wrong else "These are too many links."
            )
            return data
        rows = [row.cleaned_data for row in self.links.forms]
        data["links"] = [Link(row["title"], row["url"]) for row in rows if row.get("url")]
        return data


def _initial(item: Item) -> dict[str, Any]:
    answer = item.answer
    if answer is None:
        return {"version": item.version, "kind": Answer.Kind.ANSWERED}
    kept = [str(pk) for pk in answer.evidence.values_list("pk", flat=True)]
    return {"version": item.version, "kind": answer.kind, "text": answer.text, "keep": kept}


def _explained(kind: Answer.Kind) -> str:
    return format_html("<span>{}<small>{}</small></span>", kind.label, _KINDS[kind])


def _described(row: Evidence) -> str:
    size = filesizeformat(row.size) if row.kind == Evidence.Kind.FILE else row.url
    added = day_in_words(row.added_at.date())
    return format_html("<span>{}<small>{} · {} · {}</small></span>", row.title, size, row.added_by.name, added)
